import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { feeOn } from '#shared/domain/money/prices.ts';
import { parseCredits } from '#shared/domain/money/credits.ts';
import { Submission } from '#shared/domain/tasks/task.ts';
import { newHome, openSwarm, removeHome, RunningCommand, until } from '#test/helpers/openSwarmCommand.ts';
import { callEngine, connectEngine, untilWelcomed } from '#test/helpers/callEngine.ts';
import { booksOf, linesOf, type Line } from './scriptLines.ts';

const home = newHome('judged');
let engine: RunningCommand;

beforeAll(async () => {
  engine = new RunningCommand(['start', '--headless', '--private-swarm', '--json', '--port', '0', '--home', home]);
  await engine.event('ready');
});

afterAll(async () => {
  await engine.stop();
  removeHome(home);
});

const streaming = (prompt: string): string[] => {
  const common = ['submit', '--stream', '--json', '--home', home, '--type', 'code_completion'];
  return [...common, '--max-tokens', '120', '--prompt', prompt];
};

const ask = (...args: string[]): Promise<Line[]> => linesOf(['--home', home, '--json'], args);

describe('one machine with a private swarm', () => {
  it('is ready with an address that serves the pages', async () => {
    const ready = await engine.event('ready');
    expect(ready).toMatchObject({ event: 'ready', home });
    expect(ready['ui']).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#code=[\w.-]+$/);
    const answer = await fetch(String(ready['ui']));
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('answers a completion, and the books agree to the micro-credit', async () => {
    await untilWelcomed(home);
    const before = await booksOf(ask);
    expect(before.earned).toBeGreaterThan(0n);
    const args = ['submit', '--type', 'code_completion', '--prompt', 'function add(a, b) {', '--json', '--home', home];
    const { code, lines, errors } = await openSwarm(args);
    expect(code, errors).toBe(0);
    const answer = lines.at(-1) ?? {};
    expect(answer).toMatchObject({ status: 'completed' });
    expect(String(answer['text']).length).toBeGreaterThan(0);
    expect(Number(answer['outputTokens'])).toBeGreaterThan(0);
    expect(answer['nodeId']).toMatch(/^node_/);
    expect(Number(answer['firstTokenMs'])).toBeGreaterThan(0);
    const spent = parseCredits(String(answer['credits']));
    expect(spent).toBeGreaterThan(0n);

    const { taskId } = answer;
    await until('both sides are in the history', async () => {
      const { rows } = await callEngine(home, 'task.list', { text: String(taskId) });
      return rows.length === 2 && rows.every((row) => row.finishedAt !== null);
    });
    const rows = (await ask('tasks')).filter((line) => line['taskId'] === taskId);
    const requester = rows.find((row) => row['role'] === 'requester');
    const node = rows.find((row) => row['role'] === 'node');
    expect(requester).toMatchObject({ status: 'completed', outputTokens: answer['outputTokens'] });
    expect(node).toMatchObject({ status: 'accepted', outputTokens: answer['outputTokens'] });
    const reward = parseCredits(String(node?.['credits']));
    expect(parseCredits(String(requester?.['credits']))).toBe(spent);
    expect(spent).toBe(reward + feeOn(reward));

    await until('own records agree with the coordinator', async () => {
      const { money } = await callEngine(home, 'snapshot', {});
      return money.agreement?.agrees === true;
    });
    const after = await booksOf(ask);
    expect(after.agrees).toBe(true);
    expect(after.spent - before.spent).toBe(spent);
    expect(after.earned - before.earned).toBe(reward);
  });

  it('counts the task in the reputation of the node', async () => {
    const [now = {}] = await ask('reputation');
    expect(now).toMatchObject({ level: 'novice' });
    const { success } = now['samples'] as { success: number };
    expect(success).toBeGreaterThan(0);
  });

  it('streams the answer, piece by piece, and ends with the whole of it', async () => {
    const args = ['submit', '--stream', '--type', 'code_completion', '--prompt', 'const sum = (a, b) =>'];
    const lines = await ask(...args);
    const text = lines.map((line) => (line['event'] === 'tokens' ? String(line['text']) : '')).join('');
    expect(lines.at(-1)).toMatchObject({ status: 'completed', text });
  });

  it('runs the submissions of ten commands at once', async () => {
    const started = Array.from(
      { length: 10 },
      (_, index) => new RunningCommand(streaming(`export function step${index}(list) {\n  for (const item of list) {`)),
    );
    const ended = await Promise.all(started.map((command) => command.ended));
    expect(ended.map(({ code }) => code)).toEqual(Array.from({ length: 10 }, () => 0));
    expect(new Set(ended.map(({ lines }) => lines.at(-1)?.['taskId'])).size).toBe(10);
  });

  it('streams ten answers side by side from its one node', async () => {
    // One connection sends all ten, since ten programs take longer to start than an answer takes.
    const client = await connectEngine(home);
    const begun = new Set<string>();
    const over: { taskId: string; begunBefore: number }[] = [];
    client.on('task:frame', ({ taskId }) => void begun.add(taskId));
    client.on('task:finished', ({ taskId }) => void over.push({ taskId, begunBefore: begun.size }));
    await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const content = `export function step${index}(list) {\n  for (const item of list) {`;
        const messages = [{ role: 'user' as const, content }];
        const submission = Submission.parse({ type: 'code_completion', messages, maxTokens: 240, deadlineMs: 60_000 });
        const { taskId } = await client.call('task.submit', { submission });
        await client.call('task.follow', { taskId });
      }),
    );
    await until('all ten are over', () => over.length === 10);
    client.close();
    // Most have begun before the first has ended.
    expect(over[0]?.begunBefore).toBeGreaterThanOrEqual(5);
  });

  it('lists its models and its state', async () => {
    expect(await ask('models')).toMatchObject([{ state: 'ready', types: ['code_completion'] }]);
    const [status] = await ask('status');
    expect(status).toMatchObject({ connected: true });
    expect(['ready', 'working']).toContain(status?.['state']);
    expect(status?.['swarmId']).toMatch(/^swm_/);
  });

  it('keeps what a type without a node asks for, says why, and gives the credits back when it expires', async () => {
    const before = await booksOf(ask);
    const args = ['submit', '--type', 'chat', '--prompt', 'Hello?', '--deadline', '2s', '--json', '--home', home];
    const { code, lines } = await openSwarm(args);
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatchObject({ status: 'expired', credits: '0', outputTokens: 0 });
    expect(String(lines.at(-1)?.['reason'])).not.toBe('');
    expect((await booksOf(ask)).own).toBe(before.own);
  });

  it('refuses at once what fits no model', async () => {
    await untilWelcomed(home);
    const args = ['submit', '--type', 'code_completion', '-', '--json', '--home', home];
    const { code, lines, errors } = await openSwarm(args, 'x'.repeat(200_000));
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatchObject({ event: 'error', code: 'prompt_too_long' });
    expect(errors).not.toBe('');
  });

  it('goes on after a restart with the same swarm, the same books and the same port', async () => {
    const before = await booksOf(ask);
    const [status] = await ask('status');
    const { code } = await openSwarm(['stop', '--home', home, '--json']);
    expect(code).toBe(0);
    expect(await engine.ended).toMatchObject({ code: 0 });
    // Without an engine the store answers.
    expect(await booksOf(ask)).toEqual({ ...before, agrees: null });
    const ids = (await ask('tasks')).map((line) => line['taskId']);

    engine = new RunningCommand(['start', '--headless', '--private-swarm', '--json', '--home', home]);
    await engine.event('ready');
    const [again] = await ask('status');
    expect(again).toMatchObject({ swarmId: status?.['swarmId'], nodeId: status?.['nodeId'] });
    expect(new URL(String(again?.['ui'])).port).toBe(new URL(String(status?.['ui'])).port);
    expect((await ask('tasks')).map((line) => line['taskId'])).toEqual(ids);
    await until('the books are told again', async () => (await booksOf(ask)).own === before.own);
  });

  it('leaves a ledger that its own operator verifies', async () => {
    await engine.stop();
    const { code, lines } = await openSwarm(['coordinator', 'verify', '--data', `${home}/swarm`, '--json']);
    expect(lines.at(-1)).toMatchObject({
      ok: true,
      sum: '0',
      paidTwice: 0,
      heldForFinished: 0,
      brokenLinks: 0,
    });
    expect(code).toBe(0);
  });
});
