import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { TaskDetail } from '#shared/api/history.ts';
import type { EarningAdvice } from '#shared/domain/money/earningAdvice.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Submission } from '#shared/domain/tasks/task.ts';
import { openTestApi, type TestApi, type TestApiOptions } from '#test/unit/engine/api/socket/openTestApi.ts';
import { sampleSnapshot } from '#test/helpers/sampleSnapshot.ts';
import { runTestCommand } from './runTestCommand.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function openEngine(handlers: NonNullable<TestApiOptions['handlers']> = {}): Promise<TestApi> {
  const test = await openTestApi({ handlers: { snapshot: async () => snapshot, ...handlers } });
  closing.push(() => test.api.close());
  return test;
}

const taskId = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const digest = '3644a39eecc2b6d9c90a5363a919347f0554c569979dba1b24ac8dfb61e87fc2';
const node = `node_${'a'.repeat(32)}`;

const advice: EarningAdvice = {
  basis: 'unknown',
  rows: [
    {
      id: 'openswarm-starter-js-6m-q8_0',
      name: 'Open Swarm Starter JS',
      installed: digest,
      sizeBytes: 6_000_000,
      tokensPerSecond: 50,
      measured: true,
      perHour: null,
      perBusyHour: '7.2',
      limit: null,
    },
  ],
  best: null,
};

const snapshot = sampleSnapshot({
  swarm: {
    joined: {
      swarmId: `swm_${'c'.repeat(32)}`,
      name: 'mine',
      address: 'http://127.0.0.1:4000',
      private: true,
      ownCoordinator: true,
    },
    connection: { state: 'connected', latencyMs: 1, retryAt: null, problem: null, undelivered: 0 },
    health: null,
  },
  tasks: [
    {
      taskId,
      role: 'node',
      type: 'code_completion',
      status: 'running',
      modelName: 'm',
      other: null,
      startedAt: 0,
      outputTokens: 7,
      maxTokens: 64,
      tokensPerSecond: 12.34,
      textShown: false,
      waitingFor: null,
    },
  ],
  models: [
    {
      digest,
      name: 'Open Swarm Starter JS',
      types: ['code_completion'],
      languages: [],
      sizeBytes: 6_000_000,
      state: 'ready',
      slots: 10,
      busy: 1,
      tokensPerSecond: 50,
      problem: null,
      purpose: 'Continues code.',
      quantisation: 'Q8_0',
      licence: 'MIT',
      contextSize: 384,
      chatTemplate: false,
      inCatalogue: true,
      admitted: null,
    },
  ],
  money: {
    balances: {
      balance: '99.9',
      pending: '0',
      escrow: '0.1',
      stake: '0',
      granted: '100',
      earned: '0.5',
      spent: '0.5',
      withdrawn: '0',
    },
    earnedToday: '0.5',
    earnedThisWeek: '0.5',
    lastDays: [],
    agreement: { agrees: true, difference: '0' },
  },
  reputation: {
    now: { score: 28.15, level: 'novice', layers: { automated: 27, success: 28, peer: 29 } },
    state: null,
  },
});

const detail: TaskDetail = {
  taskId,
  role: 'requester',
  type: 'code_completion',
  status: 'completed',
  preview: 'function',
  modelName: 'm',
  outputTokens: 3,
  tookMs: 100,
  quality: 90,
  credits: '-0.000123',
  partial: false,
  createdAt: 1_700_000_000_000,
  finishedAt: 1_700_000_001_000,
  submission: null,
  output: 'abc',
  reason: null,
  modelDigest: digest,
  other: 'somebody',
  otherId: node,
  fee: '0.000006',
  quality5: null,
  timeline: [],
  entries: [],
  receiptsValid: true,
  firstTokenMs: 12,
  tokensPerSecond: 30,
};

function followed(text: string, over: boolean) {
  return { taskId, attempt: 0, from: 0, tokens: text.length, text, over };
}

describe('wrong use ends with 2', () => {
  it.each([
    ['an unknown command', ['dance']],
    ['an unknown option', ['status', '--dance']],
    ['no type', ['submit', '--prompt', 'x']],
    ['a type that does not exist', ['submit', '--type', 'poetry', '--prompt', 'x']],
    ['no prompt', ['submit', '--type', 'chat']],
    ['two prompts', ['submit', '--type', 'chat', '--prompt', 'x', '--file', 'y']],
    ['a file that is not there', ['submit', '--type', 'chat', '--file', '/nowhere/at/all']],
    ['a number that is none', ['submit', '--type', 'chat', '--prompt', 'x', '--max-tokens', 'many']],
    ['a time that is none', ['submit', '--type', 'chat', '--prompt', 'x', '--deadline', 'soon']],
    ['a port that is none', ['start', '--port', '70000']],
    ['an id that is none', ['cancel', 'x']],
    ['two swarms', ['start', '--headless', '--private-swarm', '--coordinator', 'http://127.0.0.1:1']],
    ['no folder to verify', ['coordinator', 'verify']],
    ['nobody to ask for a passphrase', ['identity', 'import', '/nowhere/at/all']],
  ])('%s', async (_, args) => {
    const { code, lines } = await runTestCommand([...args, '--json']);
    expect(code).toBe(2);
    expect(lines).toMatchObject([{ event: 'error', message: expect.stringMatching(/^(?!error)./) as string }]);
  });

  it('help ends with 0', async () => {
    const { code, out } = await runTestCommand(['submit', '--help']);
    expect(code).toBe(0);
    expect(out).toContain('--max-tokens');
  });
});

describe('without a running engine', () => {
  it('submit and cancel end with 1 and name start', async () => {
    const home = mkdtempSync(path.join(tmpdir(), 'open-swarm-cli-'));
    closing.push(() => rmSync(home, { recursive: true }));
    const tries = [
      ['submit', '--type', 'chat', '--prompt', 'x'],
      ['cancel', taskId],
      ['stop'],
      ['status'],
      ['tasks'],
      ['earnings'],
    ];
    for (const args of tries) {
      const { code, lines, notes } = await runTestCommand([...args, '--home', home, '--json']);
      expect(code).toBe(1);
      expect(lines).toMatchObject([{ event: 'error', code: 'engine_not_running' }]);
      expect(notes.join('\n')).toContain('open-swarm start');
    }
  });

  it('the file of a killed engine misleads nobody', async () => {
    const home = mkdtempSync(path.join(tmpdir(), 'open-swarm-cli-'));
    closing.push(() => rmSync(home, { recursive: true }));
    const test = await openTestApi({ home });
    const file = path.join(home, 'run', 'engine.json');
    const content = readFileSync(file, 'utf8');
    await test.api.close();
    writeFileSync(file, content);
    expect(await runTestCommand(['status', '--home', home])).toMatchObject({ code: 1 });
  });
});

describe('status', () => {
  it('is one line with what scripts rely on', async () => {
    const test = await openEngine({ snapshot: async () => snapshot });
    const { code, lines } = await runTestCommand(['status', '--home', test.home, '--json']);
    expect(code).toBe(0);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      state: 'working',
      reason: { code: 'working', text: 'For others.' },
      coordinator: 'http://127.0.0.1:4000',
      swarmId: `swm_${'c'.repeat(32)}`,
      connected: true,
      nodeId: node,
      tasks: [{ taskId, role: 'node', type: 'code_completion', status: 'running', outputTokens: 7 }],
      tokensPerSecond: 12.3,
    });
    expect(String(lines[0]?.['ui'])).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#code=[\w-]+\.[\w-]+$/);
  });

  it('is sentences for people', async () => {
    const test = await openEngine({ snapshot: async () => snapshot });
    const { out } = await runTestCommand(['status', '--home', test.home]);
    expect(out).toContain('Working on 1 task. For others.');
    expect(out).toContain('Swarm: mine at http://127.0.0.1:4000 (connected)');
  });
});

describe('submit', () => {
  it('sends what was asked for and ends with the answer', async () => {
    const seen: Submission[] = [];
    const test = await openEngine({
      snapshot: async () => snapshot,
      'task.submit': async ({ submission }) => {
        seen.push(submission);
        return { taskId };
      },
      'task.follow': async () => followed('abc', true),
      'task.get': async () => detail,
    });
    const options = ['--max-tokens', '9', '--quality', 'fast', '--max-credits', '2.5', '--language', 'javascript'];
    const more = ['--priority', 'high', '--deadline', '90s', '--privacy', 'public', '--model', 'open swarm starter js'];
    const { code, lines } = await runTestCommand(
      ['submit', '--home', test.home, '--json', '--type', 'code_completion', '-', ...options, ...more],
      { input: 'function add(' },
    );
    expect(seen).toMatchObject([
      {
        type: 'code_completion',
        messages: [{ role: 'user', content: 'function add(' }],
        maxTokens: 9,
        quality: 'fast',
        maxCredits: '2.5',
        language: 'javascript',
        priority: 'high',
        deadlineMs: 90_000,
        privacy: 'public',
        model: digest,
      },
    ]);
    expect(code).toBe(0);
    expect(lines).toMatchObject([
      {
        taskId,
        status: 'completed',
        text: 'abc',
        partial: false,
        outputTokens: 3,
        credits: '0.000123',
        nodeId: node,
        firstTokenMs: 12,
        tokensPerSecond: 30,
      },
    ]);
  });

  it('takes the owner’s defaults for what was not said', async () => {
    const seen: Submission[] = [];
    const settings = {
      ...snapshot.settings,
      'requests.defaultPrivacy': 'restricted',
      'requests.defaultPriority': 'low',
    } as const;
    const test = await openEngine({
      snapshot: async () => ({ ...snapshot, settings }),
      'task.submit': async ({ submission }) => {
        seen.push(submission);
        return { taskId };
      },
    });
    const args = ['submit', '--home', test.home, '--type', 'chat', '--prompt', 'x', '--detach'];
    await runTestCommand(args);
    await runTestCommand([...args, '--privacy', 'public', '--priority', 'high']);
    expect(seen).toMatchObject([
      { privacy: 'restricted', priority: 'low' },
      { privacy: 'public', priority: 'high' },
    ]);
  });

  it('says why it waits, once for each reason', async () => {
    const waits = (waitingFor: string | null) => ({
      ...snapshot,
      tasks: snapshot.tasks.map((task) => ({ ...task, taskId, role: 'requester' as const, waitingFor })),
    });
    const test = await openEngine({
      snapshot: async () => waits('All nodes are busy.'),
      'task.submit': async () => ({ taskId }),
      'task.follow': async () => {
        test.announce({ name: 'slice', payload: { slice: 'tasks', value: waits('All nodes are busy.').tasks } });
        setTimeout(() => {
          test.announce({ name: 'task:finished', payload: { taskId, status: 'completed', title: '' } });
        }, 50);
        return followed('', false);
      },
      'task.get': async () => detail,
    });
    const { lines } = await runTestCommand([
      'submit',
      '--home',
      test.home,
      '--json',
      '--type',
      'chat',
      '--prompt',
      'x',
    ]);
    expect(lines.slice(0, -1)).toEqual([{ event: 'waiting', reason: 'All nodes are busy.' }]);
  });

  it('streams tokens and starting over, each piece once', async () => {
    const test = await openEngine({
      'task.submit': async () => ({ taskId }),
      'task.follow': async () => {
        const send = (attempt: number, from: number, text: string): void =>
          test.announce({ name: 'task:frame', payload: { taskId, attempt, from, tokens: text.length, text } });
        send(0, 0, 'xy');
        setTimeout(() => {
          send(0, 2, 'z');
          test.announce({ name: 'task:reset', payload: { taskId, attempt: 1 } });
          send(1, 0, 'ab');
          send(1, 2, 'c');
          test.announce({ name: 'task:finished', payload: { taskId, status: 'completed', title: '' } });
        }, 20);
        return followed('xy', false);
      },
      'task.get': async () => detail,
    });
    const args = ['submit', '--home', test.home, '--json', '--stream', '--type', 'chat', '--prompt', 'x'];
    const { lines } = await runTestCommand(args);
    const reset = lines.findIndex((line) => line['event'] === 'reset');
    const textOf = (part: readonly Record<string, unknown>[]): string =>
      part.map((line) => (line['event'] === 'tokens' ? String(line['text']) : '')).join('');
    expect(textOf(lines.slice(0, reset))).toBe('xyz');
    expect(textOf(lines.slice(reset))).toBe('abc');
    expect(lines.at(-1)).toMatchObject({ taskId, status: 'completed' });
  });

  it('cancels on Ctrl-C and ends with 1 when the task was cancelled', async () => {
    let cancelled = '';
    let interrupt: (() => void) | undefined;
    const test = await openEngine({
      'task.submit': async () => ({ taskId }),
      'task.follow': async () => {
        interrupt?.();
        return followed('', false);
      },
      'task.cancel': async (input) => {
        cancelled = input.taskId;
        test.announce({ name: 'task:finished', payload: { taskId, status: 'cancelled', title: '' } });
        return {};
      },
      'task.get': async () => ({ ...detail, status: 'cancelled', partial: true }),
    });
    const { code, lines } = await runTestCommand(
      ['submit', '--home', test.home, '--json', '--type', 'chat', '--prompt', 'x'],
      { onInterrupt: (run) => (interrupt = run) },
    );
    expect(cancelled).toBe(taskId);
    expect(lines).toMatchObject([{ status: 'cancelled', partial: true }]);
    expect(code).toBe(1);
  });

  it('with --detach prints the id and leaves', async () => {
    const test = await openEngine({ 'task.submit': async () => ({ taskId }) });
    const args = ['submit', '--home', test.home, '--type', 'chat', '--prompt', 'x', '--detach'];
    expect(await runTestCommand([...args, '--json'])).toMatchObject({ code: 0, lines: [{ taskId }] });
    expect(await runTestCommand(args)).toMatchObject({ code: 0, out: `${taskId}\n` });
  });

  it('tells price and balance when the credits do not suffice', async () => {
    const test = await openEngine({
      'task.submit': async () => {
        throw new SwarmError('insufficient_credits', 'It may cost 5 credits, the balance is 1.', {
          details: { price: '5', balance: '1' },
        });
      },
    });
    const { code, lines } = await runTestCommand([
      'submit',
      '--home',
      test.home,
      '--type',
      'chat',
      '--prompt',
      'x',
      '--json',
    ]);
    expect(code).toBe(1);
    expect(lines).toMatchObject([{ code: 'insufficient_credits', details: { price: '5', balance: '1' } }]);
  });

  it('says so when the engine goes away, with the id of the task', async () => {
    const test = await openEngine({
      'task.submit': async () => ({ taskId }),
      'task.follow': async () => {
        setTimeout(() => void test.api.close(), 20);
        return followed('', false);
      },
    });
    const { code, notes } = await runTestCommand(['submit', '--home', test.home, '--type', 'chat', '--prompt', 'x']);
    expect(code).toBe(1);
    expect(notes.join('\n')).toContain(taskId);
  });
});

describe('reading commands', () => {
  it('tasks: a line per task, times in UTC, amounts without sign', async () => {
    const test = await openEngine({ 'task.list': async () => ({ rows: [detail], total: 1 }) });
    const { lines } = await runTestCommand(['tasks', '--home', test.home, '--json']);
    expect(lines).toMatchObject([
      {
        taskId,
        role: 'requester',
        type: 'code_completion',
        status: 'completed',
        outputTokens: 3,
        credits: '0.000123',
        createdAt: '2023-11-14T22:13:20.000Z',
        finishedAt: '2023-11-14T22:13:21.000Z',
      },
    ]);
  });

  it('models files', async () => {
    const size = { path: 'a-Q2_K.gguf', quantisation: 'Q2_K', sizeBytes: 2_000_000, digest, known: false };
    const found = { ...size, revision: null, address: 'https://hub.example/o/r/resolve/main/a-Q2_K.gguf' };
    let files = [found];
    const test = await openEngine({ 'models.hubFiles': async () => ({ files }) });
    const run = (...args: string[]) => runTestCommand(['models', 'files', 'some-model', ...args, '--home', test.home]);
    expect((await run('--json')).lines).toEqual([{ ...size, address: found.address }]);
    expect((await run()).out).toMatch(/Q2_K +2 +https:\/\/hub\.example.*a-Q2_K\.gguf[^]*models pull/);
    files = [];
    expect((await run()).out).toContain('no complete file of this model');
    expect((await run('--json')).lines).toEqual([]);
  });

  it('tasks show, earnings, reputation, models', async () => {
    const test = await openEngine({
      snapshot: async () => snapshot,
      'task.get': async () => detail,
      'models.advice': async () => advice,
    });
    const run = async (...args: string[]) => (await runTestCommand([...args, '--home', test.home, '--json'])).lines;
    expect(await run('tasks', 'show', taskId.toLowerCase())).toMatchObject([{ taskId, text: 'abc', nodeId: node }]);
    expect(await run('earnings')).toMatchObject([snapshot.money.balances]);
    expect(await run('reputation')).toMatchObject([
      { score: 28.15, level: 'novice', layers: { automated: 27, success: 28, peer: 29 } },
    ]);
    expect(await run('models')).toMatchObject([
      { digest, name: 'Open Swarm Starter JS', state: 'ready', earning: { perHour: null, perBusyHour: '7.2' } },
    ]);
  });
});

describe('for people', () => {
  it('tables and sentences say the same', async () => {
    const test = await openEngine({
      snapshot: async () => snapshot,
      'models.advice': async () => advice,
      'task.list': async () => ({ rows: [detail], total: 3 }),
      'task.get': async () => ({ ...detail, timeline: [{ at: 0, step: 'submitted', detail: '' }] }),
    });
    const run = async (...args: string[]) => runTestCommand([...args, '--home', test.home]);
    expect((await run('tasks')).out).toMatch(/TASK +CREATED[^]*01ARZ3NDEKTSV4RRFFQ69G5FAV/);
    expect((await run('tasks')).notes.join()).toContain('2 older tasks');
    expect((await run('tasks', 'show', taskId)).out).toMatch(/completed, as requester[^]*submitted[^]*abc/);
    expect((await run('earnings')).out).toMatch(/balance +99\.9/);
    expect((await run('reputation')).out).toContain('28.15 of 100, novice');
    const [model] = snapshot.models;
    if (model !== undefined) model.admitted = false;
    expect((await run('models')).out).toContain("ready, not in this swarm's catalogue");
    if (model !== undefined) model.admitted = null;
    expect((await run('models')).out).toMatch(
      /Open Swarm Starter JS +ready +6\.0 +1\/10 +50[^]*does not report its demand/,
    );
  });

  it('an answer is shown, and what it cost is told beside it', async () => {
    const test = await openEngine({
      'task.submit': async () => ({ taskId }),
      'task.follow': async () => followed('abc', true),
      'task.get': async () => detail,
    });
    const { out, notes } = await runTestCommand(['submit', '--home', test.home, '--type', 'chat', '--prompt', 'x']);
    expect(out).toBe('abc\n');
    expect(notes.join()).toContain('completed: 3 tokens, 30 tokens/s, 0.000123 credits');
  });
});

describe('cancel and stop', () => {
  it('cancel tells what became of the task', async () => {
    const test = await openEngine({
      'task.cancel': async () => ({}),
      'task.get': async () => ({ ...detail, status: 'cancelled' }),
    });
    const { code, lines } = await runTestCommand(['cancel', taskId, '--home', test.home, '--json']);
    expect({ code, lines }).toEqual({ code: 0, lines: [{ taskId, status: 'cancelled' }] });
  });

  it('a task that does not exist is a failure, not wrong use', async () => {
    const test = await openEngine({
      'task.cancel': async () => {
        throw new SwarmError('not_found', 'No task has this id.');
      },
    });
    expect(await runTestCommand(['cancel', taskId, '--home', test.home])).toMatchObject({ code: 1 });
  });

  it('stop waits until the engine is gone, with or without its running tasks', async () => {
    const drains: boolean[] = [];
    for (const more of [[], ['--now']]) {
      // An engine in a process of its own, which ends when it is asked to.
      const engine = spawn(process.execPath, ['-e', 'process.stdin.resume().on("end", () => process.exit())']);
      const test = await openTestApi({
        pid: engine.pid ?? 0,
        handlers: {
          'engine.stop': async ({ drain }) => {
            drains.push(drain);
            setTimeout(() => engine.stdin.end(), 200);
            return {};
          },
        },
      });
      closing.push(() => test.api.close());
      expect(await runTestCommand(['stop', ...more, '--home', test.home, '--json'])).toMatchObject({
        code: 0,
        lines: [{ event: 'stopped', home: test.home }],
      });
      expect(engine.exitCode).toBe(0);
    }
    expect(drains).toEqual([true, false]);
  });
});

describe('coordinator', () => {
  it('says where it is, serves until it is told to stop, and leaves what can be verified', async () => {
    const data = mkdtempSync(path.join(tmpdir(), 'open-swarm-cli-'));
    closing.push(() => rmSync(data, { recursive: true }));
    let interrupt: (() => void) | undefined;
    const said = Promise.withResolvers<string>();
    const running = runTestCommand(['coordinator', '--private', '--port', '0', '--data', data, '--json'], {
      onInterrupt: (run) => (interrupt = run),
      onOut: said.resolve,
    });
    const ready = JSON.parse(await said.promise) as Record<string, string>;
    expect(ready).toMatchObject({ event: 'ready', data });
    expect(ready['invite']).toContain(`${new URL(ready['url'] ?? '').host}#${ready['swarmId']}.`);
    expect((await fetch(`${ready['url']}/v1/health`)).status).toBe(200);
    const second = await runTestCommand(['coordinator', '--private', '--port', '0', '--data', data, '--json']);
    expect(second).toMatchObject({ code: 1, lines: [{ code: 'already_running' }] });
    interrupt?.();
    expect(await running).toMatchObject({ code: 0 });
    const verified = await runTestCommand(['coordinator', 'verify', '--data', data, '--json']);
    expect(verified).toMatchObject({ code: 0, lines: [{ ok: true, sum: '0' }] });
    expect((await runTestCommand(['coordinator', 'verify', '--data', data])).out).toContain('Everything matches.');
  });
});

describe('identity', () => {
  it('exports into a new file of the owner, with a passphrase that is asked for twice', async () => {
    let passphrase = '';
    const test = await openEngine({
      'identity.export': async (input) => {
        passphrase = input.passphrase;
        return { backup: 'sealed' };
      },
    });
    const file = path.join(test.home, 'backup');
    const args = ['identity', 'export', file, '--home', test.home];
    expect(await runTestCommand(args, { answers: ['long enough', 'another'] })).toMatchObject({ code: 2 });
    expect(await runTestCommand(args, { answers: ['long enough', 'long enough'] })).toMatchObject({ code: 0 });
    expect(passphrase).toBe('long enough');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    // There is one already: the engine is not asked, so that nothing counts as a backup.
    passphrase = '';
    const again = await runTestCommand(args, { answers: ['long enough', 'long enough'] });
    expect(again.code).toBe(1);
    expect(again.notes.join(' ')).toContain('not overwritten');
    const nowhere = ['identity', 'export', path.join(test.home, 'none', 'backup'), '--home', test.home];
    expect(await runTestCommand(nowhere, { answers: ['long enough', 'long enough'] })).toMatchObject({ code: 1 });
    expect(passphrase).toBe('');
  });

  it('leaves no file behind when there was no backup', async () => {
    const test = await openEngine({
      'identity.export': async () => {
        throw new SwarmError('internal', 'It could not be made.');
      },
    });
    const file = path.join(test.home, 'backup');
    const args = ['identity', 'export', file, '--home', test.home];
    expect(await runTestCommand(args, { answers: ['long enough', 'long enough'] })).toMatchObject({ code: 1 });
    expect(existsSync(file)).toBe(false);
  });

  it('imports with the passphrase of a file; a short one is wrong use', async () => {
    const seen: unknown[] = [];
    const test = await openEngine({
      snapshot: async () => snapshot,
      'identity.import': async (input) => {
        seen.push(input);
        return {};
      },
    });
    const secret = path.join(test.home, 'passphrase');
    const args = ['identity', 'import', '-', '--home', test.home, '--passphrase-file', secret];
    writeFileSync(secret, 'short\n');
    expect(await runTestCommand(args, { input: 'sealed\n' })).toMatchObject({ code: 2 });
    writeFileSync(secret, 'long enough\n');
    expect(await runTestCommand(args, { input: 'sealed\n' })).toMatchObject({ code: 0 });
    expect(seen).toEqual([{ backup: 'sealed', passphrase: 'long enough' }]);
  });
});
