import { describe, expect, test } from 'vitest';
import { NodeRegistry } from '#coordinator/swarm/nodes/NodeRegistry.ts';
import { beatTimes, Reception } from '#coordinator/swarm/nodes/Reception.ts';
import { Reliability } from '#coordinator/swarm/nodes/Reliability.ts';
import { createSigningKey } from '#node/keys/keys.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Capabilities } from '#shared/protocol/session.ts';
import { settle } from '#test/helpers/ManualClock.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';
import { openTaskRooms, type Worker } from '#test/helpers/swarm/openTaskRooms.ts';
import { capabilities, certify } from '#test/integration/coordinator/ScriptedNode.ts';

async function reception() {
  const rooms = await openTaskRooms();
  const { clock, queries, channels, worker } = rooms;
  const nodes = new NodeRegistry();
  const told: string[] = [];
  const room = new Reception({
    clock,
    logger: silentLogger,
    queries,
    nodes,
    channels,
    reliability: new Reliability({ clock, queries, private: true }),
    catalogue: new Map(),
    swarm: { name: 'Test', private: true },
    limits: { leaseMs: 3000, renewMs: 1000 },
    health: () => ({
      nodesOnline: 1,
      tasksPerMinute: 0,
      waiting: 0,
      running: 0,
      demand: 1,
      servedTypes: [],
      wanted: [],
    }),
    resume: (_, holding) => holding.map((assignmentId) => ({ assignmentId, keep: false, stored: 0 })),
    onSession: ({ nodeId }) => void told.push(`session ${nameOf(nodeId)}`),
    onReady: ({ nodeId }) => void told.push(`ready ${nameOf(nodeId)}`),
    onGone: (nodeId) => void told.push(`gone ${nameOf(nodeId)}`),
  });
  const nameOf = (nodeId: string) => (nodeId === worker.nodeId ? 'worker' : 'other');
  const admit = (node: Worker, change: Partial<Capabilities> = {}, attach = () => undefined) =>
    room.admit(
      { nodeId: node.nodeId, accountId: node.accountId, attach },
      {
        certificate: certify(createSigningKey(), node.key),
        signature: '',
        capabilities: capabilities(change),
        cursors: {},
        holding: ['assignment'],
      },
    );
  return { ...rooms, nodes, room, told, admit };
}

describe('a node that is admitted', () => {
  test('is known with what it claims and how it stands, and hears of it before anything else', async () => {
    const { admit, worker, nodes, told, clock } = await reception();
    const ready = await admit(worker, { name: 'Desk', minimumPrice: '0.5' });
    expect(ready).toMatchObject({
      swarmName: 'Test',
      private: true,
      holding: [{ assignmentId: 'assignment', keep: false, stored: 0 }],
      limits: { beatMs: beatTimes.beatMs, leaseMs: 3000, renewMs: 1000 },
    });
    expect(told).toEqual([]);
    await clock.advance(0);
    expect(told).toEqual(['session worker', 'ready worker']);
    expect(nodes.get(worker.nodeId)).toMatchObject({
      name: 'Desk',
      accountId: worker.accountId,
      nodeKey: worker.nodeKey,
      minimumPrice: 500_000n,
      status: 'online',
      onTimeShare: null,
    });
  });

  test.each(['free', '-1', '1e9'])('may claim a price of %s, which counts as none', async (minimumPrice) => {
    const { admit, worker, nodes } = await reception();
    await admit(worker, { minimumPrice });
    expect(nodes.get(worker.nodeId)?.minimumPrice).toBe(0n);
  });

  test('is unknown when it is not enrolled, or its link is gone already', async () => {
    const { admit, worker, nodes, told, clock } = await reception();
    const stranger = { ...worker, nodeId: 'node_stranger' };
    await expect(admit(stranger)).rejects.toMatchObject({ code: 'not_enrolled' });
    const gone = () => {
      throw new SwarmError('not_connected');
    };
    await expect(admit(worker, {}, gone)).rejects.toMatchObject({ code: 'not_connected' });
    await clock.advance(60_000);
    expect([nodes.size, told]).toEqual([0, []]);
  });

  test('again replaces what was known; only the new session is told', async () => {
    const { admit, worker, nodes, told, clock } = await reception();
    await admit(worker, { name: 'Old' });
    await admit(worker, { name: 'New' });
    await clock.advance(0);
    expect([nodes.size, nodes.get(worker.nodeId)?.name]).toEqual([1, 'New']);
    expect(told).toEqual(['session worker', 'ready worker']);
  });

  test('and leaves at once is not served', async () => {
    const { admit, room, worker, told, clock } = await reception();
    await admit(worker);
    room.leave(worker.nodeId, 'gone');
    room.leave(worker.nodeId, 'gone');
    await clock.advance(0);
    expect(told).toEqual(['gone worker']);
  });
});

describe('beats', () => {
  test('that stay away three times close the session', async () => {
    const { admit, worker, channels, clock } = await reception();
    await admit(worker);
    await clock.advance(45_000 - 1);
    expect(channels.closed).toEqual([]);
    await clock.advance(1);
    expect(channels.closed).toEqual([{ nodeId: worker.nodeId, reason: 'no beat for too long' }]);
  });

  test('and other signs of life keep it', async () => {
    const { admit, room, worker, channels, clock } = await reception();
    await admit(worker);
    await clock.advance(40_000);
    room.seen(worker.nodeId);
    await clock.advance(40_000);
    room.update(worker.nodeId, capabilities({ status: 'paused' }));
    await clock.advance(44_000);
    expect(channels.closed).toEqual([]);
    await clock.advance(1000);
    expect(channels.closed).toHaveLength(1);
  });

  test('of a node that left are not waited for', async () => {
    const { admit, room, worker, clock } = await reception();
    await admit(worker);
    await clock.advance(0);
    room.leave(worker.nodeId, 'gone');
    expect(clock.pending).toBe(0);
    room.seen(worker.nodeId);
    room.update(worker.nodeId, capabilities());
  });
});

describe('an update', () => {
  test('changes what a node claims, and makes it worth asking', async () => {
    const { admit, room, worker, nodes, told, clock } = await reception();
    await admit(worker, { status: 'paused' });
    await clock.advance(10);
    room.update(worker.nodeId, capabilities({ region: 'eu' }));
    expect(nodes.get(worker.nodeId)).toMatchObject({ status: 'online', region: 'eu', changedAt: clock.monotonic() });
    expect(told.filter((each) => each.startsWith('ready'))).toHaveLength(2);
  });
});

describe('a refresh', () => {
  test('reads the standing anew; calls meanwhile coalesce into one more read', async () => {
    const { admit, room, worker, nodes, queries } = await reception();
    await admit(worker);
    const record = await queries.node(worker.nodeId);
    const gates: PromiseWithResolvers<void>[] = [];
    queries.node = async () => {
      const gate = Promise.withResolvers<void>();
      const onTime = gates.push(gate);
      await gate.promise;
      return record && { ...record, reputation: { ...record.reputation, onTime, late: 0 } };
    };
    const first = room.refresh(worker.nodeId);
    const others = [room.refresh(worker.nodeId), room.refresh(worker.nodeId)];
    await Promise.all(others);
    expect(gates).toHaveLength(1);
    gates[0]?.resolve();
    await settle();
    expect(gates).toHaveLength(2);
    gates[1]?.resolve();
    await first;
    expect(gates).toHaveLength(2);
    expect(nodes.get(worker.nodeId)?.onTimeShare).toBe(1);
  });

  test('that fails changes nothing, and the next one reads again', async () => {
    const { admit, room, worker, nodes, queries } = await reception();
    await admit(worker);
    const before = nodes.get(worker.nodeId)?.reputation;
    const readNode = queries.node.bind(queries);
    queries.node = () => Promise.reject(new Error('disk I/O error'));
    await room.refresh(worker.nodeId);
    expect(nodes.get(worker.nodeId)?.reputation).toBe(before);
    queries.node = readNode;
    await room.refresh(worker.nodeId);
    expect(nodes.get(worker.nodeId)?.reputation).not.toBe(before);
    await room.refresh('unknown');
  });
});
