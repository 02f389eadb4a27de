import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { feeOn } from '#shared/domain/money/prices.ts';
import { parseCredits } from '#shared/domain/money/credits.ts';
import { newHome, openSwarm, removeHome, until } from '#test/helpers/openSwarmCommand.ts';
import { callEngine } from '#test/helpers/callEngine.ts';
import { booksOf, type Line } from './scriptLines.ts';
import { sides, TwoEngines } from './TwoEngines.ts';

const prompts = ['function add(a, b) {', 'class Stack {', 'export const clamp ='];

function sumOf(rows: readonly Line[]): bigint {
  return rows.reduce((sum, row) => sum + parseCredits(String(row['credits'])), 0n);
}

describe('two engines on one public coordinator', () => {
  const two = new TwoEngines('public');
  beforeAll(() => two.start('--grant', '100'));
  afterAll(() => two.stop());

  it('whose first line tells where it is', () => {
    const ready = two.running[0]?.lines[0] ?? {};
    expect(ready).toMatchObject({ event: 'ready', data: two.data });
    expect(ready['swarmId']).toMatch(/^swm_/);
    expect(ready['url']).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('are two accounts', async () => {
    const [[one], [other]] = await Promise.all([two.ask('asks')('status'), two.ask('works')('status')]);
    expect(one?.['swarmId']).toBe(other?.['swarmId']);
    expect(one?.['accountId']).not.toBe(other?.['accountId']);
    expect(one?.['nodeId']).not.toBe(other?.['nodeId']);
  });

  it('one asks and pays, the other works and earns, to the micro-credit', async () => {
    await two.welcomed();
    const before = { asks: await booksOf(two.ask('asks')), works: await booksOf(two.ask('works')) };
    const [worker] = await two.ask('works')('status');
    const submit = (prompt: string): Promise<Line[]> =>
      two.ask('asks')('submit', '--type', 'code_completion', '--prompt', prompt);
    const answers = (await Promise.all(prompts.map(submit))).map((lines) => lines.at(-1) ?? {});
    expect(answers.map((answer) => answer['status'])).toEqual(['completed', 'completed', 'completed']);
    expect(new Set(answers.map((answer) => answer['nodeId']))).toEqual(new Set([worker?.['nodeId']]));

    const ids = new Set(answers.map((answer) => answer['taskId']));
    await until('the worker knows what it earned', async () => {
      const done = await callEngine(two.home('works'), 'task.list', { role: 'node', statuses: ['accepted'] });
      return done.rows.filter((row) => ids.has(row.taskId)).length === 3;
    });
    const rows = (await two.ask('works')('tasks')).filter((line) => ids.has(line['taskId']));
    const fees = rows.reduce((sum, row) => sum + feeOn(parseCredits(String(row['credits']))), 0n);
    expect(sumOf(answers)).toBe(sumOf(rows) + fees);
    const after = { asks: await booksOf(two.ask('asks')), works: await booksOf(two.ask('works')) };
    expect(after.asks.spent - before.asks.spent).toBe(sumOf(answers));
    expect(after.asks.earned).toBe(before.asks.earned);
    expect(after.works.earned - before.works.earned).toBe(sumOf(rows));
    expect(after.works.spent).toBe(before.works.spent);
  });

  it('the operator verifies the ledger while it runs', async () => {
    expect(await two.verify()).toMatchObject({ ok: true, sum: '0', paidTwice: 0 });
  });
});

describe('two engines in one private swarm', () => {
  const two = new TwoEngines('private');
  beforeAll(() => two.start('--private'));
  afterAll(() => two.stop());

  it('join by the invite link, and what one pays somebody earned', async () => {
    expect(two.address).toMatch(/^openswarm:\/\/127\.0\.0\.1:\d+#swm_[a-z2-7]{32}\.[\w-]{22}$/);
    await two.welcomed();
    const books = (): Promise<bigint[]> =>
      Promise.all(sides.map(async (side) => (await booksOf(two.ask(side))).earned));
    const before = await books();
    const lines = await two.ask('asks')('submit', '--type', 'code_completion', '--prompt', 'let total = 0');
    expect(lines.at(-1)).toMatchObject({ status: 'completed' });
    const fee = parseCredits(String(lines.at(-1)?.['fee']));
    await until('somebody earned it', async () => {
      const after = await books();
      const gained = after.reduce((sum, now, index) => sum + now - (before[index] ?? 0n), 0n);
      return gained === sumOf(lines.slice(-1)) - fee;
    });
    expect(await two.verify()).toMatchObject({ ok: true, sum: '0', paidTwice: 0 });
  });

  it('a wrong secret joins nothing', async () => {
    const stranger = newHome('stranger');
    const wrong = two.address.replace(/\.[^.]+$/, `.${'A'.repeat(22)}`);
    const args = ['start', '--headless', '--home', stranger, '--port', '0', '--coordinator', wrong, '--json'];
    const { code, lines } = await openSwarm(args);
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatchObject({ event: 'error', code: 'enrolment_rejected' });
    expect(String(lines.at(-1)?.['message'])).toContain('secret');
    removeHome(stranger);
  });
});

describe('a public coordinator that grants nothing', () => {
  const two = new TwoEngines('poor');
  beforeAll(() => two.start());
  afterAll(() => two.stop());

  it('tells price and balance to who cannot pay, and takes nothing', async () => {
    await two.welcomed();
    const args = ['submit', '--type', 'code_completion', '--max-tokens', '300', '--prompt', 'let a ='];
    const { code, lines, errors } = await openSwarm([...args, '--json', '--home', two.home('asks')]);
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatchObject({ event: 'error', code: 'insufficient_credits' });
    expect(errors).toMatch(/cost \d+\.\d+ credits.*balance is \d/);
    expect((await booksOf(two.ask('asks'))).escrow).toBe(0n);
  });
});
