import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { FileSecrets } from '#engine/swarmLink/identity/FileSecrets.ts';
import { fileVault } from '#engine/swarmLink/identity/fileVault.ts';
import { Keyring } from '#engine/swarmLink/identity/Keyring.ts';
import { OwnerSettings } from '#engine/contribution/OwnerSettings.ts';
import { type EngineStore, openEngineStore } from '#engine/store/openEngineStore.ts';
import { nodeStream } from '#shared/protocol/streams.ts';
import { systemClock } from '#node/systemClock.ts';
import expected from '#test/fixtures/formats/v1/expected.json' with { type: 'json' };
import { copyOfVersion1 } from './copyOfVersion1.ts';

const { accountId, nodeId, currentSwarm, settings, swarms, models, benchmarks } = expected.home;

/** Opens the engine's database, which migrates it; closed when the test is over. */
function openStore(): EngineStore {
  const store = openEngineStore({ file: path.join(copyOfVersion1(), 'home', 'engine.db'), clock: systemClock });
  onTestFinished(() => store.close());
  return store;
}

test('a home that version 1 wrote has its identity', async () => {
  const home = path.join(copyOfVersion1(), 'home');
  const keyring = new Keyring({ vault: fileVault(home), secrets: new FileSecrets(home), clock: systemClock });
  expect(await keyring.open()).toMatchObject({ accountId, nodeId });
});

test('a home that version 1 wrote has its settings, its swarm, its models and its measurements', async () => {
  const store = openStore();
  const owner = new OwnerSettings({ clock: systemClock, store, defaultName: 'nobody' });
  expect(owner.all).toMatchObject(settings);
  expect(store.settings.mark('currentSwarm')).toBe(currentSwarm);
  expect((await store.models.list()).map(({ digest }) => digest)).toEqual(models);
  expect(store.benchmarks.list(10)).toHaveLength(benchmarks);
});

test.for(swarms)('a home that version 1 wrote has its standing in the swarm $swarmId', (facts) => {
  const store = openStore();
  const { swarmId, address, left, eventCursor, balances, score, reputationPoints, ledger } = facts;
  const swarm = store.swarms.get(swarmId);
  expect(swarm).toMatchObject({ address, balances, reputation: { score } });
  expect(store.eventCursors.all(swarmId, nodeId)).toEqual({ [nodeStream(nodeId)]: eventCursor });
  expect(swarm?.leftAt !== null).toBe(left);
  expect(store.reputation.path(swarmId, 0)).toHaveLength(reputationPoints);
  const { entries, invalidReceipts, lastEntry, receipts } = ledger;
  expect(store.ledger.sums(swarmId)).toMatchObject({ entries, invalidReceipts });
  expect(store.ledger.last(swarmId)).toBe(lastEntry);
  const rows = store.ledger.list(swarmId, { limit: entries, offset: 0 }).rows;
  expect(rows.filter(({ receiptValid }) => receiptValid)).toHaveLength(receipts);
});

test.for(swarms)('a home that version 1 wrote has its work in the swarm $swarmId', (facts) => {
  const store = openStore();
  const { swarmId, ownTasks, assignments, outbox, answerPieces } = facts;
  for (const { taskId, forgotten, ...known } of ownTasks) {
    const task = store.ownTasks.get(swarmId, taskId);
    expect(task).toMatchObject(known);
    expect(task?.submission === null).toBe(forgotten);
  }
  const open = ownTasks.filter(({ over }) => !over).map(({ taskId }) => taskId);
  expect(store.ownTasks.open(swarmId).map(({ taskId }) => taskId)).toEqual(open);
  for (const { taskId, tokens } of answerPieces) expect(store.ownTasks.answer(swarmId, taskId).tokens).toBe(tokens);
  for (const { assignmentId, keptChunks, tokens, ...known } of assignments) {
    expect(store.assignments.get(swarmId, assignmentId)).toMatchObject({ ...known, count: tokens });
    expect(store.chunks.from(swarmId, assignmentId, 0)).toHaveLength(keptChunks);
  }
  expect(store.outbox.list(swarmId).map(({ assignmentId }) => assignmentId)).toEqual(outbox);
});
