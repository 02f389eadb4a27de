import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EventReceiver } from '#engine/swarmLink/accounting/EventReceiver.ts';
import { type EngineStore, openEngineStore } from '#engine/store/openEngineStore.ts';
import { systemClock } from '#node/systemClock.ts';
import type { EventBatch, SwarmEvent } from '#shared/protocol/events.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';

const swarmId = `swm_${'a'.repeat(32)}`;
let store: EngineStore;
let receiver: EventReceiver;
let told: string[];

beforeEach(async () => {
  store = openEngineStore({ file: ':memory:', clock: systemClock });
  told = [];
  await store.write(() =>
    store.swarms.join({
      swarmId,
      address: 'http://127.0.0.1:1',
      name: 'test',
      publicKey: 'k',
      private: true,
      ownCoordinator: false,
      allowPlain: false,
      sealedSecret: null,
      sealedToken: null,
      tokenIssued: null,
      tokenExpires: null,
      joinedAt: 1,
    }),
  );
  receiver = new EventReceiver({
    store,
    logger: silentLogger,
    swarm: () => store.swarms.get(swarmId) ?? null,
    identity: () => ({ accountId: 'acc', nodeId: 'node_a' }),
    storeView: () => {},
    onEvent: (event) => told.push(event.type === 'system:announcement' ? event.text : event.type),
  });
});
afterEach(() => store.close());

const stream = 'node:node_a';

const announcement = (seq: number): EventBatch['events'][number] => ({
  seq,
  at: seq,
  event: { type: 'system:announcement', level: 'info', text: `n${seq}` },
});

/** A batch with these numbers that goes on from `after`. */
const batch = (after: number, ...numbers: number[]): EventBatch => ({
  stream,
  after,
  events: numbers.map(announcement),
});

const stored = (): string[] =>
  store.announcements
    .list(swarmId, 100)
    .map((one) => one.text)
    .toReversed();

describe('EventReceiver', () => {
  test('stores each event once, with the cursor', async () => {
    expect(await receiver.receive(batch(0, 1, 2))).toBe(2);
    expect(await receiver.receive(batch(0, 1, 2, 30))).toBe(30);
    expect(await receiver.receive(batch(1, 2, 30))).toBe(30);
    expect(stored()).toEqual(['n1', 'n2', 'n30']);
    expect(told).toEqual(['n1', 'n2', 'n30']);
    expect(store.eventCursors.all(swarmId, 'node_a')).toEqual({ [stream]: 30 });
  });

  test('asks again for what was lost on the way', async () => {
    expect(await receiver.receive(batch(4, 7, 9))).toBe(0);
    expect(stored()).toEqual([]);
    expect(await receiver.receive(batch(0, 4, 7, 9))).toBe(9);
    expect(stored()).toEqual(['n4', 'n7', 'n9']);
  });

  test('takes batches one after the other, however they arrive', async () => {
    const cursors = await Promise.all([
      receiver.receive(batch(0, 1)),
      receiver.receive(batch(1, 2)),
      receiver.receive(batch(0, 1, 2, 3)),
    ]);
    expect(cursors).toEqual([1, 2, 3]);
    expect(told).toEqual(['n1', 'n2', 'n3']);
  });

  test('keeps a cursor for each stream', async () => {
    expect(await receiver.receive({ ...batch(0, 5), stream: 'swarm' })).toBe(5);
    expect(await receiver.receive(batch(0, 3))).toBe(3);
    expect(store.eventCursors.all(swarmId, 'node_a')).toEqual({ [stream]: 3, swarm: 5 });
    await store.write(() => store.swarms.forgetStanding(swarmId));
    expect(store.eventCursors.all(swarmId, 'node_a')).toEqual({});
  });

  test('goes on from the cursor that was stored before streams had names', async () => {
    await store.write(() => store.eventCursors.save(swarmId, 'node', 7));
    expect(store.eventCursors.all(swarmId, 'node_a')).toEqual({ [stream]: 7 });
    expect(await receiver.receive(batch(7, 6, 7, 8))).toBe(8);
    expect(stored()).toEqual(['n8']);
    expect(store.eventCursors.all(swarmId, 'node_a')).toEqual({ [stream]: 8 });
  });

  test('an entry whose receipt does not fit is kept and marked', async () => {
    const part = { available: '5', escrow: '0', stake: '0', pending: '0' };
    const balances = {
      balance: '5',
      pending: '0',
      escrow: '0',
      stake: '0',
      granted: '5',
      earned: '0',
      spent: '0',
      withdrawn: '0',
    };
    const hash = 'A'.repeat(43);
    const event: SwarmEvent = {
      type: 'ledger:entry',
      entry: { entryId: 1, at: 1, category: 'grant', taskId: null, assignmentId: null, ...part },
      receipt: { chain: 0, commit: 1, entryHash: hash, path: [], root: hash, entries: 1, signature: 'A'.repeat(86) },
      balances,
    };
    await receiver.receive({ stream, after: 0, events: [{ seq: 1, at: 1, event }] });
    expect(store.ledger.list(swarmId, { limit: 1, offset: 0 }).rows[0]).toMatchObject({ receiptValid: false });
    expect(store.ledger.sums(swarmId).invalidReceipts).toBe(1);
    expect(store.swarms.get(swarmId)?.balances).toEqual(balances);
  });
});
