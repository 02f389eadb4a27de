import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CoordinatorClient, type NodeSide } from '#engine/swarmLink/client/CoordinatorClient.ts';
import type { IncomingHandlers } from '#engine/swarmLink/client/receive.ts';
import { identityOf, makeSeeds } from '#engine/swarmLink/identity/Identity.ts';
import { createSigningKey, verifySignature } from '#node/keys/keys.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { ManualClock, settle } from '#test/helpers/ManualClock.ts';
import { ScriptedCoordinator } from '#test/helpers/ScriptedCoordinator.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';

const identity = identityOf(makeSeeds(0));
const assignmentId = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

let clock: ManualClock;
let coordinator: ScriptedCoordinator;
let client: CoordinatorClient;
let node: NodeSide;
let stops: unknown[];
let enrolled: number;

beforeEach(() => {
  clock = new ManualClock();
  coordinator = new ScriptedCoordinator();
  stops = [];
  enrolled = 0;
  const refuse = (): never => {
    throw new SwarmError('internal');
  };
  const handlers: IncomingHandlers = {
    'task:offer': () => ({ answer: 'decline', reason: 'busy' }),
    'task:assign': refuse,
    'task:stop': (stop) => {
      stops.push(stop);
      return {};
    },
    'task:frame': () => ({}),
    events: ({ events }) => ({ cursor: events.at(-1)?.seq ?? 0 }),
  };
  client = new CoordinatorClient({
    clock,
    random: { fraction: () => 0.5, bytes: (length) => new Uint8Array(length).fill(3) },
    logger: silentLogger,
    dialer: coordinator.dialer,
    identity: () => identity,
  });
  node = {
    handlers,
    capabilities: () => ({
      status: 'online',
      name: 'desk',
      models: [],
      minimumPrice: null,
      region: null,
      timeZone: null,
      availability: [],
      computer: null,
      version: '1',
    }),
    cursors: () => ({ swarm: 7 }),
    holding: () => [assignmentId],
    urgent: () => false,
    onReady: () => {},
    enrolAgain: async () => {
      enrolled += 1;
      return true;
    },
  };
});
afterEach(() => client.disconnect('over'));

async function connect(pinnedKey = coordinator.key.publicKey): Promise<void> {
  client.connect({ swarmId: coordinator.swarmId, address: 'http://127.0.0.1:1', pinnedKey }, node);
  for (let turn = 0; turn < 20; turn += 1) await settle();
}

describe('the proof', () => {
  test('both sides sign, and the node tells what it holds and has', async () => {
    await connect();
    expect(client.view.state).toBe('connected');
    const [proof] = coordinator.of('session:prove') as [{ signature: string; holding: string[] }];
    expect(proof).toMatchObject({ cursors: { swarm: 7 }, holding: [assignmentId] });
    const [open] = coordinator.of('session:open') as [{ clientNonce: string; origin: string }];
    const value = {
      role: 'node',
      use: 'session',
      swarmId: coordinator.swarmId,
      origin: open.origin,
      accountId: identity.accountId,
      nodeId: identity.nodeId,
      clientNonce: open.clientNonce,
      serverNonce: 'BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc',
      expires: 60_000,
    };
    const { signature } = proof;
    const { publicKey } = identity.nodeKey;
    expect(verifySignature({ purpose: 'challenge', value, signature, publicKey })).toBe(true);
  });

  test('another key is refused before anything is signed', async () => {
    coordinator.shownKey = createSigningKey();
    await connect();
    expect(client.view.state).toBe('rejected');
    expect(coordinator.of('session:prove')).toEqual([]);
  });

  test('the right key with a signature over something else is refused', async () => {
    const wrong = createSigningKey();
    coordinator.shownKey = { ...wrong, publicKey: coordinator.key.publicKey };
    await connect();
    expect(client.view.state).toBe('rejected');
    expect(coordinator.of('session:prove')).toEqual([]);
  });

  test('a node that is not known any more enrols again, once', async () => {
    coordinator.answers.set('session:prove', () => {
      throw new SwarmError('not_enrolled');
    });
    await connect();
    expect(enrolled).toBe(1);
    expect(client.view.state).toBe('rejected');
  });

  test('nothing is listened to before the coordinator has proved itself', async () => {
    let answered: unknown = null;
    coordinator.answers.set('session:open', async () => {
      answered = await coordinator.link?.request('task:stop', { assignmentId, reason: 'cancelled' });
      throw new SwarmError('overloaded');
    });
    await connect();
    expect(answered).toMatchObject({ ok: false, error: { code: 'unauthenticated' } });
    expect(stops).toEqual([]);
  });
});

describe('messages', () => {
  test('what does not fit is refused by name, and the connection stays', async () => {
    await connect();
    const wrong = await coordinator.link?.request('task:stop', { assignmentId, reason: 'whim' });
    expect(wrong).toMatchObject({ ok: false, error: { code: 'invalid_message', field: 'payload.reason' } });
    const unknown = await coordinator.link?.request('task:dance', {});
    expect(unknown).toMatchObject({ ok: false, error: { code: 'unsupported' } });
    let deep: unknown = 1;
    for (let level = 0; level < 40; level += 1) deep = [deep];
    expect(await coordinator.link?.request('task:stop', deep)).toMatchObject({ ok: false });
    const right = await coordinator.link?.request('task:stop', { assignmentId, reason: 'cancelled' });
    expect(right).toEqual({ ok: true, payload: {} });
    expect(stops).toHaveLength(1);
    expect(client.connected).toBe(true);
  });

  test('a reply that does not fit is an error, not an exception', async () => {
    await connect();
    coordinator.answers.set('account:read', () => ({ surprise: true }));
    expect(await client.request('account:read', {})).toMatchObject({ ok: false, error: { code: 'invalid_message' } });
  });
});

describe('the connection', () => {
  test('comes back after it was lost, soon at first', async () => {
    await connect();
    coordinator.link?.close('gone');
    for (let turn = 0; turn < 5; turn += 1) await settle();
    expect(client.view.state).toBe('offline');
    expect(await client.request('account:read', {})).toMatchObject({ ok: false, error: { code: 'not_connected' } });
    await clock.advance(500);
    for (let turn = 0; turn < 20; turn += 1) await settle();
    expect(client.view.state).toBe('connected');
  });

  test('tries again and again, at most every 30 seconds', async () => {
    coordinator.refusing = true;
    await connect();
    const before = coordinator.dials;
    await clock.advance(300_000);
    expect(coordinator.dials - before).toBeGreaterThanOrEqual(10);
    expect(client.view).toMatchObject({ state: 'offline' });
    expect(client.view.retryAt).toBeLessThanOrEqual(clock.now() + 30_000);
  });

  test('a silent coordinator is noticed by a beat without answer', async () => {
    await connect();
    coordinator.answers.set('node:beat', () => {
      throw new SwarmError('timeout');
    });
    const before = coordinator.dials;
    await clock.advance(16_000);
    expect(coordinator.dials).toBeGreaterThan(before);
  });

  test('after disconnecting nothing is tried any more', async () => {
    await connect();
    client.disconnect('left');
    const before = coordinator.dials;
    await clock.advance(100_000);
    expect(coordinator.dials).toBe(before);
    expect(client.view.state).toBe('none');
  });
});
