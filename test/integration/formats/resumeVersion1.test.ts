import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { verifyLedger } from '#coordinator/audit/verifyLedger.ts';
import { openKeys } from '#coordinator/host/dataFolder.ts';
import { systemClock } from '#node/systemClock.ts';
import { nodeStream } from '#shared/protocol/streams.ts';
import type { Clock } from '#shared/util/clock.ts';
import expected from '#test/fixtures/formats/v1/expected.json' with { type: 'json' };
import { TestCoordinator } from '#test/helpers/TestCoordinator.ts';
import { TestEngine } from '#test/helpers/TestEngine.ts';
import { until } from '#test/helpers/until.ts';
import { FakeInference } from '#test/simulation/FakeInference.ts';
import { SeededRandom } from '#test/simulation/SeededRandom.ts';
import { copyOfVersion1 } from './copyOfVersion1.ts';

/** Time goes on from the moment at which version 1 was killed, so that no deadline of its tasks has passed. */
function clockFromKill(): Clock {
  const sinceKill = Date.now() - expected.writtenAt;
  return { ...systemClock, now: () => systemClock.now() - sinceKill };
}

/** On a busy machine a step may take seconds. */
const patient = { timeout: 20_000 };

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The expected facts lack something that this test needs');
  return value;
}

const swarm = required(expected.home.swarms.find(({ swarmId }) => swarmId === expected.home.currentSwarm));
/** The engine's assignments when it was killed: one finished and not delivered, one in the middle. */
const undelivered = required(swarm.assignments.find(({ status }) => status === 'delivered'));
const running = required(swarm.assignments.find(({ status }) => status === 'running'));
/** The engine's task whose end it was not told. */
const untold = required(swarm.ownTasks.find(({ status }) => status === 'running'));

test('coordinator and engine take up what they were killed over in version 1', async () => {
  const folder = copyOfVersion1();
  const data = path.join(folder, 'coordinator');
  const clock = clockFromKill();
  const { address } = swarm;
  const coordinator = new TestCoordinator({
    folder: data,
    address,
    private: false,
    keys: openKeys(data, false),
    clock,
  });
  await coordinator.start();
  // FAKE model: what the answers say does not matter here.
  const random = new SeededRandom(1);
  const inference = new FakeInference({ clock, random, slots: 8, msPerToken: 1, ends: 0, dies: 0 });
  const engine = new TestEngine({ coordinator, inference, home: path.join(folder, 'home'), clock });
  onTestFinished(async () => {
    await engine.stop();
    await coordinator.stop();
    expect(verifyLedger(data)).toMatchObject({ ok: true, problems: [], sum: '0' });
  });
  await engine.start();

  const own = await engine.finished(untold.taskId);
  expect(own).toMatchObject({ status: 'completed', outputTokens: 8 });
  const { queries } = coordinator.storage;
  await expect.poll(() => queries.view(undelivered.taskId), patient).toMatchObject({ status: 'completed' });
  // The next run of the interrupted task begins behind the tokens that only the engine had.
  await expect
    .poll(async () => (await queries.assignmentsOf(running.taskId)).map(({ startIndex }) => startIndex), patient)
    .toContain(running.tokens);
  await until(() => engine.store.outbox.count(swarm.swarmId) === 0, 'every result is delivered');
  await until(() => engine.engine.slice('money').agreement?.agrees === true, 'the books agree');
  const { nodeId } = expected.home;
  const cursors = engine.store.eventCursors.all(swarm.swarmId, nodeId);
  expect(cursors[nodeStream(nodeId)]).toBeGreaterThan(swarm.eventCursor);
});
