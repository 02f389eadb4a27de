import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { GenerateEnd } from '#engine/ports/inference/Generation.ts';
import type { LoadedModel, ModelRefusal } from '#engine/ports/inference/LoadedModel.ts';
import { type EngineStore, openEngineStore } from '#engine/store/openEngineStore.ts';
import { Executor } from '#engine/work/executor/Executor.ts';
import type { Assign, RunEnd } from '#engine/work/executor/RunningAssignment.ts';
import { identityOf, makeSeeds } from '#engine/swarmLink/identity/Identity.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { TaskAssign } from '#shared/protocol/working.ts';
import { ManualClock, settle } from '#test/helpers/ManualClock.ts';
import { type PlayedRun, playedInference } from '#test/helpers/playedInference.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';
import { starterModel } from '#test/helpers/starterModel.ts';

const swarmId = `swm_${'a'.repeat(32)}`;
const identity = identityOf(makeSeeds(0));
const timings = { promptMs: 3, firstTokenMs: 4, decodeMs: 10 };

let clock: ManualClock;
let store: EngineStore;
let executor: Executor;
let runs: readonly PlayedRun[];
/** Chunks that were offered to the sender: assignment and number of stored ids. */
let offered: [string, number][];
let progress: number;
let storageFailures: unknown[];
let joined: string | null;
/** The disk refuses writes. */
let diskFull: boolean;

beforeEach(() => setUp());
afterEach(() => store.close());

function setUp(outcome?: LoadedModel | ModelRefusal): void {
  clock = new ManualClock();
  const real = openEngineStore({ file: ':memory:', clock });
  [offered, progress, storageFailures, joined, diskFull] = [[], 0, [], swarmId, false];
  store = {
    ...real,
    write: (work) => (diskFull ? Promise.reject(new SwarmError('storage_full')) : real.write(work)),
  };
  const inference = playedInference(outcome);
  runs = inference.runs;
  executor = new Executor({
    clock,
    logger: silentLogger,
    store,
    inference,
    findModel: (digest) => (digest === starterModel.digest ? starterModel : null),
    identity: () => identity,
    swarmId: () => joined,
    processor: 'Test processor',
    sender: { offer: (assignmentId, have) => void offered.push([assignmentId, have]) },
    onProgress: () => (progress += 1),
    onStorageFailure: (error) => storageFailures.push(error),
  });
}

let count = 0;

function assign(change: Partial<Assign> = {}): Assign {
  count += 1;
  return TaskAssign.parse({
    assignmentId: `01ARZ3NDEKTSV4RRFFQ69G${String(count).padStart(4, '0')}`,
    taskId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    type: 'code_completion',
    language: 'javascript',
    privacy: 'internal',
    own: false,
    requester: 'quiet-otter-12',
    modelDigest: starterModel.digest,
    input: { scheme: 'plain', messages: [{ role: 'user', content: 'let a' }], context: '' },
    sampler: { mode: 'greedy', temperature: 0, minP: 0.05, maxTokens: 8, stop: [] },
    seed: 7,
    deadlineMs: 60_000,
    ...change,
  });
}

/** Records an assignment, starts its run, and resolves once the model was asked. */
async function start(change: Partial<Assign> = {}) {
  const assignment = assign(change);
  await executor.record(assignment);
  const end = executor.run(assignment);
  await settle();
  const run = runs.at(-1);
  if (run === undefined) throw new Error('Nothing runs');
  return { assignment, assignmentId: assignment.assignmentId, end, run };
}

/** The model writes these tokens, one chunk's time apart from what follows. */
async function write(run: PlayedRun, from: number, text: string): Promise<void> {
  run.hooks.onTokens(
    from,
    Array.from(text, (_, index) => from + index + 10),
    text,
  );
  await clock.advance(50);
}

const ended = (finish: Extract<GenerateEnd, { kind: 'ended' }>['finish'], tokens: number): GenerateEnd => ({
  kind: 'ended',
  finish,
  count: tokens,
  timings,
});

const stored = (assignmentId: string) => store.assignments.get(swarmId, assignmentId);

describe('recording an assignment', () => {
  test('stores it as running, once', async () => {
    const assignment = assign();
    expect(await executor.record(assignment)).toBe(true);
    expect(await executor.record(assignment)).toBe(false);
    expect(stored(assignment.assignmentId)).toMatchObject({ status: 'running', modelName: starterModel.name });
    expect(executor.running.map((one) => one.assign.assignmentId)).toEqual([assignment.assignmentId]);
  });

  test('knows an assignment of an earlier life by the store', async () => {
    const assignment = assign();
    await executor.record(assignment);
    await executor.finish(assignment, await goneModel(assignment));
    expect(await executor.record(assignment)).toBe(false);
    expect(executor.running).toEqual([]);
  });

  test('takes nothing without a swarm', async () => {
    joined = null;
    expect(await executor.record(assign())).toBe(false);
  });

  test('rejects and holds nothing when the disk refuses it', async () => {
    diskFull = true;
    await expect(executor.record(assign())).rejects.toMatchObject({ code: 'storage_full' });
    expect(executor.running).toEqual([]);
  });

  test('an assignment that was not recorded cannot run', async () => {
    await expect(executor.run(assign())).rejects.toThrow(TypeError);
  });
});

describe('a run', () => {
  test('stores each chunk before it is offered to the sender', async () => {
    const { assignmentId, run } = await start();
    run.hooks.onStarted([1, 2, 3]);
    await write(run, 0, 'ab');
    await write(run, 2, 'c');
    expect(offered).toEqual([
      [assignmentId, 2],
      [assignmentId, 3],
    ]);
    expect(store.chunks.from(swarmId, assignmentId, 0).map(({ text }) => text)).toEqual(['ab', 'c']);
    expect(stored(assignmentId)).toMatchObject({ count: 3, promptIds: [1, 2, 3] });
    expect(executor.running).toMatchObject([{ count: 3 }]);
    expect(progress).toBeGreaterThanOrEqual(3);
  });

  test('asks for exactly what the assignment says', async () => {
    const { run } = await start();
    expect(run.request).toMatchObject({ seed: 7, model: starterModel, sampler: { maxTokens: 8 } });
    const continued = await start({ input: { scheme: 'continue', promptIds: [1, 2], prefixIds: [3] } });
    expect(continued.run.request.prompt).toEqual({ kind: 'ids', promptIds: [1, 2], prefixIds: [3] });
  });

  test('ends with what the model wrote, in the environment it ran in', async () => {
    const { end, run } = await start();
    run.hooks.onStarted([1, 2]);
    await write(run, 0, 'abc');
    run.end(ended('eog', 3));
    expect(await end).toMatchObject({
      outcome: { kind: 'delivered', finish: 'eog', count: 3 },
      environment: { lib: '3.21.1', gpu: 'cpu', cpu: 'Test processor' },
      promptIds: [1, 2],
      timings: { promptMs: 3, firstTokenMs: 4, totalMs: 13 },
    });
  });

  test('that dies with tokens hands over what is stored', async () => {
    const { end, run } = await start();
    run.hooks.onStarted([1]);
    await write(run, 0, 'ab');
    run.end({ kind: 'failed', code: 'worker_died', message: 'It crashed.', delivered: 2 });
    expect(await end).toMatchObject({
      outcome: { kind: 'delivered', finish: 'yielded', count: 2 },
      detail: 'It crashed.',
    });
  });

  test.each([
    ['worker_died', 'model_failed'],
    ['prompt_too_long', 'prompt_too_long'],
    ['out_of_memory', 'out_of_memory'],
    ['queue_full', 'internal'],
  ] as const)('that fails with %s before its first token gives up: %s', async (code, reason) => {
    const { end, run } = await start();
    run.end({ kind: 'failed', code, message: 'No.', delivered: 0 });
    expect(await end).toMatchObject({ outcome: { kind: 'gave_up', reason }, detail: 'No.' });
  });

  test('of a model that cannot be loaded gives up without asking for tokens', async () => {
    store.close();
    setUp({ kind: 'refused', digest: starterModel.digest, code: 'out_of_memory', message: 'Too large.' });
    const assignment = assign();
    await executor.record(assignment);
    expect(await executor.run(assignment)).toMatchObject({ outcome: { kind: 'gave_up', reason: 'out_of_memory' } });
    expect(runs).toEqual([]);
  });

  test('of a model that was removed gives up', async () => {
    const assignment = assign();
    expect(await goneModel(assignment)).toMatchObject({ outcome: { kind: 'gave_up', reason: 'model_failed' } });
  });

  test('whose chunk cannot be stored stops, and delivers only what is stored', async () => {
    const { end, run } = await start();
    run.hooks.onStarted([1]);
    await write(run, 0, 'ab');
    diskFull = true;
    await write(run, 2, 'c');
    expect(run.hooks.signal.aborted).toBe(true);
    expect(storageFailures).toHaveLength(1);
    run.end(ended('cancelled', 3));
    expect(await end).toMatchObject({ outcome: { kind: 'delivered', finish: 'yielded', count: 2 } });
    expect(offered).toHaveLength(1);
  });
});

describe('stopping', () => {
  test('reaches the run, and the first cause decides how it ends', async () => {
    const { assignmentId, end, run } = await start();
    executor.stop(assignmentId, 'yielded');
    executor.stop(assignmentId, 'cancelled');
    expect(run.hooks.signal.aborted).toBe(true);
    run.end(ended('cancelled', 0));
    expect(await end).toMatchObject({ outcome: { finish: 'yielded' } });
  });

  test('an unknown assignment is no mistake', () => {
    expect(() => executor.stop('01ARZ3NDEKTSV4RRFFQ69G9999', 'cancelled')).not.toThrow();
  });

  test('yielding stops work for others, and the own tasks only when everything must end', async () => {
    const others = await start();
    const own = await start({ own: true });
    executor.yieldAll(false);
    expect([others, own].map(({ run }) => run.hooks.signal.aborted)).toEqual([true, false]);
    executor.yieldAll(true);
    expect(own.run.hooks.signal.aborted).toBe(true);
  });
});

describe('finishing', () => {
  test('stores the end together with the result to be delivered', async () => {
    const { assignment, assignmentId, end, run } = await start();
    run.hooks.onStarted([1, 2]);
    await write(run, 0, 'ab');
    run.end(ended('length', 2));
    const idle = executor.whenIdle();
    await executor.finish(assignment, await end);
    await idle;
    expect(executor.running).toEqual([]);
    expect(stored(assignmentId)).toMatchObject({ status: 'delivered' });
    expect(store.outbox.list(swarmId)).toMatchObject([
      {
        assignmentId,
        result: { promptIds: [1, 2], seed: 7, outcome: { kind: 'delivered', finish: 'length', count: 2 } },
      },
    ]);
  });

  test.each([
    ['cancelled', 'cancelled'],
    ['eog', 'delivered'],
  ] as const)('a run that ends as %s is recorded as %s', async (finish, status) => {
    const { assignment, assignmentId, end, run } = await start();
    run.end(ended(finish, 0));
    await executor.finish(assignment, await end);
    expect(stored(assignmentId)).toMatchObject({ status });
  });

  test('a run that is handed over is recorded as handed over', async () => {
    const assignment = assign();
    await executor.finish(assignment, await goneModel(assignment));
    expect(stored(assignment.assignmentId)).toMatchObject({ status: 'handed_over' });
  });

  test('frees the slot even when the end cannot be stored', async () => {
    const { assignment, end, run } = await start();
    run.end(ended('eog', 0));
    const result = await end;
    diskFull = true;
    await expect(executor.finish(assignment, result)).rejects.toMatchObject({ code: 'storage_full' });
    expect(executor.running).toEqual([]);
  });
});

describe('assignments that an end of the engine interrupted', () => {
  test('end with the tokens that are stored, and those without tokens give up', async () => {
    const one = await start();
    one.run.hooks.onStarted([1, 2]);
    await write(one.run, 0, 'ab');
    const other = await start();
    const next = new Executor({
      clock,
      logger: silentLogger,
      store,
      inference: playedInference(),
      findModel: () => starterModel,
      identity: () => identity,
      swarmId: () => swarmId,
      processor: null,
      sender: { offer: () => {} },
      onProgress: () => {},
      onStorageFailure: () => {},
    });
    expect(await next.endInterrupted()).toBe(2);
    expect(await next.endInterrupted()).toBe(0);
    expect(store.outbox.list(swarmId).map(({ result }) => result.outcome)).toEqual([
      { kind: 'delivered', finish: 'yielded', count: 2 },
      { kind: 'gave_up', reason: 'internal' },
    ]);
    expect(stored(other.assignmentId)).toMatchObject({ status: 'handed_over' });
  });

  test('leave running ones alone', async () => {
    const { assignmentId } = await start();
    expect(await executor.endInterrupted()).toBe(0);
    expect(stored(assignmentId)).toMatchObject({ status: 'running' });
  });
});

describe('the tail of an answer', () => {
  test.each([
    ['public', false, 'abc'],
    ['internal', true, 'abc'],
    ['internal', false, ''],
  ] as const)('privacy %s, own task %s: shows "%s"', async (privacy, own, tail) => {
    const { run } = await start({ privacy, own });
    run.hooks.onStarted([1]);
    await write(run, 0, 'abc');
    expect(executor.running).toMatchObject([{ tail }]);
  });
});

/** Runs a recorded assignment whose model is gone. */
async function goneModel(assignment: Assign): Promise<RunEnd> {
  const gone = { ...assignment, modelDigest: 'f'.repeat(64) };
  await executor.record(gone);
  return executor.run(gone);
}
