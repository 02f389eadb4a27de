import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectWithinMs, Submissions } from '#engine/requests/Submissions.ts';
import { type EngineStore, openEngineStore } from '#engine/store/openEngineStore.ts';
import { SwarmError, toWireError } from '#shared/domain/errorCodes.ts';
import { Submission } from '#shared/domain/tasks/task.ts';
import { toCoordinator } from '#shared/protocol/messages.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';
import { SeededRandom } from '#test/simulation/SeededRandom.ts';

// A submission while the coordinator restarted was refused at once with `not_connected`, although the engine stores
// submissions anyway and is connected again within seconds.

const swarmId = `swm_${'a'.repeat(32)}`;
const submission = Submission.parse({
  type: 'chat',
  messages: [{ role: 'user', content: 'Hello' }],
  maxTokens: 8,
  deadlineMs: 60_000,
});

let clock: ManualClock;
let store: EngineStore;
let submissions: Submissions;
let connected: boolean;
let reconnects: number;
let sent: string[];
/** Milliseconds until a commit; null: at once. */
let commitAfterMs: number | null;

beforeEach(() => {
  clock = new ManualClock();
  [connected, reconnects, sent, commitAfterMs] = [false, 0, [], null];
  const soon = (run: () => void): unknown =>
    commitAfterMs === null ? setImmediate(run) : clock.setTimer(commitAfterMs, run);
  store = openEngineStore({ file: ':memory:', clock, soon: (run) => void soon(run) });
  submissions = new Submissions({
    clock,
    random: new SeededRandom(1),
    logger: silentLogger,
    store,
    swarmId: () => swarmId,
    connected: () => connected,
    reconnect: () => (reconnects += 1),
    ask: async (type, payload) => {
      if (!connected) return { ok: false, error: toWireError(new SwarmError('not_connected')) };
      const { taskId } = payload as { taskId: string };
      if (type !== 'task:submit') return { ok: false, error: toWireError(new SwarmError('timeout')) };
      sent.push(taskId);
      const accepted = { taskId, status: 'queued', held: '1', maxTokens: 8, expiresAt: 1, budgetEffect: null };
      return { ok: true, payload: toCoordinator[type].reply.parse(accepted) as never };
    },
    emit: () => {},
    onChange: () => {},
  });
  submissions.load(swarmId);
});
afterEach(() => {
  submissions.stop();
  store.close();
});

test('a submission waits for the connection and is sent with it', async () => {
  const submitting = submissions.submit(submission, { detach: false });
  await clock.advance(5000);
  expect(reconnects).toBe(1);
  expect(store.ownTasks.open(swarmId)).toHaveLength(1);
  connected = true;
  await submissions.resume();
  expect(sent).toEqual([await submitting]);
});

test('without a connection it fails after the stated time and leaves nothing behind', async () => {
  const failing = expect(submissions.submit(submission, { detach: false })).rejects.toMatchObject({
    code: 'not_connected',
  });
  await clock.advance(connectWithinMs - 1);
  expect(store.ownTasks.open(swarmId)).toHaveLength(1);
  await clock.advance(1);
  await failing;
  expect(store.ownTasks.open(swarmId)).toEqual([]);
  expect(submissions.open).toEqual([]);
  connected = true;
  await submissions.resume();
  expect(sent).toEqual([]);
});

test('a connection while the task is being withdrawn does not send it', async () => {
  const failing = expect(submissions.submit(submission, { detach: false })).rejects.toMatchObject({
    code: 'not_connected',
  });
  await clock.advance(connectWithinMs - 1);
  commitAfterMs = 10;
  await clock.advance(1);
  connected = true;
  await submissions.resume();
  await clock.advance(10);
  await failing;
  expect(sent).toEqual([]);
});

test('a detached submission is stored at once and sent with the next connection', async () => {
  const taskId = await submissions.submit(submission, { detach: true });
  expect(sent).toEqual([]);
  await clock.advance(10 * connectWithinMs);
  expect(store.ownTasks.get(swarmId, taskId)).toMatchObject({ acknowledged: false, over: false });
  connected = true;
  await submissions.resume();
  expect(sent).toEqual([taskId]);
  expect(store.ownTasks.get(swarmId, taskId)).toMatchObject({ acknowledged: true });
});
