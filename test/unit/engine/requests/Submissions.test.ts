import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EngineStore, openEngineStore } from '#engine/store/openEngineStore.ts';
import { Submissions } from '#engine/requests/Submissions.ts';
import { systemClock, systemRandom } from '#node/systemClock.ts';
import type { EngineEvent } from '#shared/api/events.ts';
import { SwarmError, toWireError } from '#shared/domain/errorCodes.ts';
import { Submission } from '#shared/domain/tasks/task.ts';
import type { TaskView } from '#shared/domain/tasks/taskView.ts';
import { toCoordinator, type ToCoordinator } from '#shared/protocol/messages.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';
import { until } from '#test/helpers/until.ts';

const swarmId = `swm_${'a'.repeat(32)}`;
const submission = Submission.parse({
  type: 'code_completion',
  messages: [{ role: 'user', content: 'x' }],
  maxTokens: 8,
  deadlineMs: 10_000,
});

let store: EngineStore;
let submissions: Submissions;
let connected: boolean;
let joined: string | null;
let asked: { type: keyof ToCoordinator; payload: unknown }[];
let answers: Map<keyof ToCoordinator, (payload: { taskId: string }) => unknown>;
let events: EngineEvent[];

beforeEach(() => {
  store = openEngineStore({ file: ':memory:', clock: systemClock });
  connected = true;
  joined = swarmId;
  asked = [];
  events = [];
  answers = new Map<keyof ToCoordinator, (payload: { taskId: string }) => unknown>([
    [
      'task:submit',
      ({ taskId }) => ({ taskId, status: 'queued', held: '1', maxTokens: 8, expiresAt: 1, budgetEffect: null }),
    ],
    ['task:follow', ({ taskId }) => ({ task: view(taskId), frame: null })],
  ]);
  submissions = new Submissions({
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    store,
    swarmId: () => joined,
    connected: () => connected,
    reconnect: () => {},
    ask: async (type, payload) => {
      asked.push({ type, payload });
      try {
        if (!connected) throw new SwarmError('not_connected');
        const answer = answers.get(type);
        if (answer === undefined) throw new SwarmError('unsupported');
        const parsed = toCoordinator[type].reply.parse(await answer(payload as { taskId: string }));
        return { ok: true, payload: parsed as never };
      } catch (error) {
        return { ok: false, error: toWireError(error) };
      }
    },
    emit: (event) => events.push(event),
    onChange: () => {},
  });
  submissions.load(swarmId);
});
afterEach(() => {
  submissions.stop();
  store.close();
});

function view(taskId: string, change: Partial<TaskView> = {}): TaskView {
  return {
    taskId,
    status: 'queued',
    attempt: 0,
    outputTokens: 0,
    finish: null,
    partial: false,
    credits: '1',
    fee: '0',
    nodeId: null,
    nodeName: null,
    modelDigest: null,
    modelName: null,
    quality: null,
    reason: null,
    createdAt: 1,
    finishedAt: null,
    timeline: [],
    ...change,
  };
}

const frame = (taskId: string, from: number, text: string, attempt = 0) => ({ taskId, attempt, from, tokens: 1, text });
const sent = (type: keyof ToCoordinator): unknown[] => asked.filter((one) => one.type === type);
const refuse = (code: ConstructorParameters<typeof SwarmError>[0]) => () => {
  throw new SwarmError(code, undefined, { details: { balance: '0' } });
};

describe('submitting', () => {
  test('stores the task before it is sent', async () => {
    let before: boolean | undefined;
    const accept = answers.get('task:submit');
    answers.set('task:submit', (payload) => {
      before = store.ownTasks.get(swarmId, payload.taskId)?.acknowledged;
      return accept?.(payload);
    });
    const taskId = await submissions.submit(submission, { detach: false });
    expect(before).toBe(false);
    expect(store.ownTasks.get(swarmId, taskId)).toMatchObject({ acknowledged: true, submission });
  });

  test('a refusal is thrown with its facts and leaves nothing behind', async () => {
    answers.set('task:submit', refuse('insufficient_credits'));
    await expect(submissions.submit(submission, { detach: false })).rejects.toMatchObject({
      code: 'insufficient_credits',
      details: { balance: '0' },
    });
    expect(store.ownTasks.open(swarmId)).toEqual([]);
    expect(submissions.open).toEqual([]);
  });

  test('an id that somebody else has is replaced', async () => {
    const accept = answers.get('task:submit');
    let taken: string | null = null;
    answers.set('task:submit', (payload) => {
      if (taken !== null) return accept?.(payload);
      taken = payload.taskId;
      throw new SwarmError('task_id_taken');
    });
    const taskId = await submissions.submit(submission, { detach: false });
    expect(taskId).not.toBe(taken);
    expect(store.ownTasks.open(swarmId).map((task) => task.taskId)).toEqual([taskId]);
  });

  test('a lost acknowledgement: the same id is sent again after the next connect, and the caller still waits', async () => {
    const accept = answers.get('task:submit');
    answers.set('task:submit', refuse('timeout'));
    const submitting = submissions.submit(submission, { detach: false });
    await until(() => sent('task:submit').length === 1, 'sent');
    if (accept !== undefined) answers.set('task:submit', accept);
    await submissions.resume();
    const taskId = await submitting;
    expect(sent('task:submit')).toHaveLength(2);
    expect(asked.every((one) => (one.payload as { taskId: string }).taskId === taskId)).toBe(true);
  });

  test('without a swarm it is refused at once', async () => {
    joined = null;
    await expect(submissions.submit(submission, { detach: false })).rejects.toMatchObject({ code: 'no_swarm' });
    expect(store.ownTasks.open(swarmId)).toEqual([]);
  });

  test('a task that was never acknowledged and is refused after a restart is failed, not lost', async () => {
    const taskId = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
    await store.write(() => store.ownTasks.add({ swarmId, taskId, submission, preview: 'x', now: 1 }));
    submissions.load(swarmId);
    answers.set('task:submit', refuse('insufficient_credits'));
    await submissions.resume();
    expect(store.ownTasks.get(swarmId, taskId)).toMatchObject({ status: 'failed', over: true });
    expect(events.at(-1)).toMatchObject({ name: 'task:finished', payload: { taskId, status: 'failed' } });
  });
});

describe('following', () => {
  test('frames become the answer; a gap is asked for from where it begins', async () => {
    const taskId = await submissions.submit(submission, { detach: false });
    const before = sent('task:follow').length;
    submissions.takeFrame(frame(taskId, 0, 'a'));
    submissions.takeFrame(frame(taskId, 2, 'c'));
    expect(submissions.answer(taskId)).toMatchObject({ tokens: 1, text: 'a' });
    expect(sent('task:follow')).toHaveLength(before + 1);
    expect(asked.at(-1)?.payload).toEqual({ taskId, attempt: 0, from: 1 });
    submissions.takeFrame(frame(taskId, 1, 'b'));
    submissions.takeFrame(frame(taskId, 2, 'c'));
    expect(submissions.answer(taskId)).toMatchObject({ tokens: 3, text: 'abc', over: false });
  });

  test('a new attempt starts over for whoever watches', async () => {
    const taskId = await submissions.submit(submission, { detach: false });
    submissions.takeFrame(frame(taskId, 0, 'a'));
    submissions.takeFrame(frame(taskId, 0, 'z', 1));
    expect(events.map((event) => event.name)).toEqual(['task:frame', 'task:reset', 'task:frame']);
    expect(submissions.answer(taskId)).toMatchObject({ attempt: 1, text: 'z' });
  });

  test('the durable end brings the whole text; what was missing is told to whoever watches', async () => {
    const taskId = await submissions.submit(submission, { detach: false });
    submissions.takeFrame(frame(taskId, 0, 'a'));
    const over = view(taskId, { status: 'completed', outputTokens: 3, finish: 'eog' });
    await store.write(() => submissions.storeView(swarmId, over, 'abc'));
    submissions.announceView(over, 'abc');
    expect(events.slice(-2)).toMatchObject([
      { name: 'task:frame', payload: { from: 1, tokens: 2, text: 'bc' } },
      { name: 'task:finished', payload: { status: 'completed' } },
    ]);
    expect(submissions.answer(taskId)).toMatchObject({ text: 'abc', over: true });
    expect(submissions.open).toEqual([]);
    submissions.announceView(over, 'abc');
    expect(events.filter((event) => event.name === 'task:finished')).toHaveLength(1);
  });

  test('an answer survives a restart in pieces and goes on from there', async () => {
    const taskId = await submissions.submit(submission, { detach: false });
    submissions.takeFrame(frame(taskId, 0, 'a'));
    submissions.takeFrame(frame(taskId, 1, 'b'));
    await until(() => store.ownTasks.answer(swarmId, taskId).tokens === 2, 'stored');
    submissions.load(swarmId);
    await submissions.resume();
    expect(asked.at(-1)).toEqual({ type: 'task:follow', payload: { taskId, attempt: 0, from: 2 } });
  });
});

describe('cancelling', () => {
  test('is remembered without a connection and sent after the next connect', async () => {
    const taskId = await submissions.submit(submission, { detach: false });
    connected = false;
    await submissions.cancel(taskId);
    expect(store.ownTasks.get(swarmId, taskId)).toMatchObject({ cancelRequested: true, over: false });
    connected = true;
    answers.set('task:cancel', () => view(taskId, { status: 'cancelled', finishedAt: 2 }));
    await submissions.resume();
    expect(store.ownTasks.get(swarmId, taskId)).toMatchObject({ status: 'cancelled', over: true });
  });

  test('a task that never arrived is simply cancelled', async () => {
    const taskId = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
    await store.write(() => store.ownTasks.add({ swarmId, taskId, submission, preview: 'x', now: 1 }));
    submissions.load(swarmId);
    answers.set('task:cancel', refuse('not_found'));
    await submissions.cancel(taskId);
    expect(store.ownTasks.get(swarmId, taskId)).toMatchObject({ status: 'cancelled', over: true });
  });

  test('what is not here or over already', async () => {
    await expect(submissions.cancel('01ARZ3NDEKTSV4RRFFQ69G5FAV')).rejects.toMatchObject({ code: 'not_found' });
  });
});
