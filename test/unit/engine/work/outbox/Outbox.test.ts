import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ChunkSender } from '#engine/work/executor/ChunkSender.ts';
import { Outbox } from '#engine/work/outbox/Outbox.ts';
import { type EngineStore, openEngineStore } from '#engine/store/openEngineStore.ts';
import { systemClock, systemRandom } from '#node/systemClock.ts';
import { type ErrorCode, SwarmError, toWireError } from '#shared/domain/errorCodes.ts';
import { Sampler } from '#shared/domain/tasks/sampler.ts';
import type { PayloadFor, ReplyOf, ToCoordinator } from '#shared/protocol/messages.ts';
import { TaskResult } from '#shared/protocol/working.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';

const swarmId = `swm_${'a'.repeat(32)}`;
const assignmentId = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const digest = 'd'.repeat(64);
const sampler = Sampler.parse({ mode: 'greedy', temperature: 0, minP: 0.05, maxTokens: 8, stop: [] });
const environment = { lib: 'x', gpu: 'cpu', flashAttention: false, kv: 'F16', cpu: null } as const;
const fail = (code: ErrorCode) => ({ ok: false, error: toWireError(new SwarmError(code)) }) as const;

let store: EngineStore;
let outbox: Outbox;
let connected: boolean;
/** What the coordinator has of the answer, and what it says. */
let stored: number;
let sent: PayloadFor<ToCoordinator, 'task:progress'>[];
let results: number;
let verdicts: (ReplyOf<ToCoordinator, 'task:result'> | ErrorCode)[];

beforeEach(async () => {
  store = openEngineStore({ file: ':memory:', clock: systemClock });
  connected = true;
  stored = 0;
  sent = [];
  results = 0;
  verdicts = [{ state: 'accepted' }];
  const chunks = new ChunkSender({
    clock: systemClock,
    logger: silentLogger,
    chunks: store.chunks,
    assignments: store.assignments,
    swarmId: () => swarmId,
    ask: async (payload) => {
      if (!connected) return fail('not_connected');
      sent.push(payload);
      for (const chunk of payload.chunks) if (chunk.from === stored) stored += chunk.ids.length;
      return { ok: true, payload: { stored, state: 'running' } };
    },
  });
  outbox = new Outbox({
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    store,
    swarmId: () => swarmId,
    connected: () => connected,
    ask: async () => {
      if (!connected) return fail('not_connected');
      results += 1;
      const verdict = verdicts.shift() ?? { state: 'accepted' };
      return typeof verdict === 'string' ? fail(verdict) : { ok: true, payload: verdict };
    },
    chunks,
    onChange: () => {},
  });
  await store.write(() => addDelivered());
});
afterEach(() => {
  outbox.stop();
  store.close();
});

function addDelivered(): void {
  store.assignments.start({
    swarmId,
    assignmentId,
    taskId: assignmentId,
    type: 'code_completion',
    language: '',
    privacy: 'internal',
    own: false,
    requester: 'calm-fox',
    modelDigest: digest,
    modelName: 'Starter',
    sampler,
    seed: 1,
    environment,
    prefixCount: 0,
    startedAt: 1,
  });
  store.assignments.savePrompt(swarmId, assignmentId, { ids: [1, 2, 3], inputHash: 'h' });
  for (let from = 0; from < 6; from += 2) {
    store.chunks.add(swarmId, assignmentId, { from, ids: [from, from + 1], text: 'x', chain: 'c', signature: 's' });
  }
  const finished = { status: 'delivered', finish: 'eog', reason: null, at: 2 } as const;
  store.assignments.end(swarmId, assignmentId, finished);
  const result = TaskResult.parse({
    assignmentId,
    outcome: { kind: 'delivered', finish: 'eog', count: 6 },
    promptIds: [1, 2, 3],
    modelDigest: digest,
    sampler,
    seed: 1,
    environment,
    timings: { promptMs: 1, firstTokenMs: 1, totalMs: 2 },
  });
  store.outbox.add({ swarmId, assignmentId, result }, 2);
}

const status = (): string | undefined => store.assignments.get(swarmId, assignmentId)?.status;

describe('Outbox', () => {
  test('sends the chunks with the ids of the prompt, then the result, and forgets both when it is acknowledged', async () => {
    await outbox.deliver();
    expect(stored).toBe(6);
    expect(sent[0]?.promptIds).toEqual([1, 2, 3]);
    expect(outbox.count()).toBe(0);
    expect(store.chunks.from(swarmId, assignmentId, 0)).toEqual([]);
    expect(status()).toBe('delivered');
    expect(store.assignments.get(swarmId, assignmentId)?.promptIds).toEqual([]);
  });

  test('keeps everything without a connection and delivers it later', async () => {
    connected = false;
    await outbox.deliver();
    expect(outbox.waiting()).toEqual([assignmentId]);
    expect(store.chunks.from(swarmId, assignmentId, 0)).toHaveLength(3);
    connected = true;
    await outbox.deliver();
    expect(outbox.waiting()).toEqual([]);
  });

  test('sends again from where the coordinator says', async () => {
    verdicts = [{ state: 'incomplete', stored: 2 }];
    const lose = sent;
    await outbox.deliver();
    expect(results).toBe(2);
    expect(lose.at(-1)?.chunks.map((chunk) => chunk.from)).toEqual([2, 4]);
    expect(lose.at(-1)?.promptIds).toBeUndefined();
    expect(outbox.count()).toBe(0);
  });

  test.each(['superseded', 'cancelled'] as const)('%s ends it without a penalty', async (state) => {
    verdicts = [{ state }];
    await outbox.deliver();
    expect(outbox.count()).toBe(0);
    expect(status()).toBe(state);
  });

  test('a rejection is kept with its reason', async () => {
    verdicts = [{ state: 'rejected', reason: 'The result has more tokens than text.' }];
    await outbox.deliver();
    const record = store.assignments.get(swarmId, assignmentId);
    expect(record).toMatchObject({ status: 'rejected', reason: 'The result has more tokens than text.' });
  });

  test('an error that may pass keeps it, one that will not ends it', async () => {
    verdicts = ['overloaded'];
    await outbox.deliver();
    expect(outbox.count()).toBe(1);
    verdicts = ['assignment_unknown'];
    await outbox.deliver();
    expect(outbox.count()).toBe(0);
    expect(status()).toBe('rejected');
  });

  test('two deliveries at once send one result', async () => {
    await Promise.all([outbox.deliver(), outbox.deliver(), outbox.deliver()]);
    expect(results).toBe(1);
  });
});
