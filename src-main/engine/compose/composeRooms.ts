import type { SessionReady } from '#shared/protocol/session.ts';
import type { Announcer } from '#engine/api/snapshot/Announcer.ts';
import { type BaseRooms, composeBase, type Wire } from './baseRooms.ts';
import { type BenchRooms, composeBench } from './benchRooms.ts';
import { type BookRooms, composeBooks } from './bookRooms.ts';
import { CoordinatorClient } from '#engine/swarmLink/client/CoordinatorClient.ts';
import { Membership } from '#engine/swarmLink/membership/Membership.ts';
import type { IncomingHandlers } from '#engine/swarmLink/client/receive.ts';
import type { EnginePorts } from '#engine/ports/engineContract.ts';
import { type DemandFacts, modelDemand } from '#engine/models/advice/modelDemand.ts';
import { capabilitiesOf } from '#engine/contribution/policy/capabilitiesOf.ts';
import { keepAliveOf } from '#engine/contribution/policy/keepAliveOf.ts';
import type { Problems } from '#engine/api/snapshot/Problems.ts';
import type { SwarmRecord } from '#engine/store/SwarmStore.ts';
import { composeWork, type WorkRooms } from './workRooms.ts';
import { withinTime } from '#shared/util/withinTime.ts';

/** All rooms of one engine, connected. */
export type Rooms = BaseRooms &
  WorkRooms &
  BookRooms &
  BenchRooms & { readonly client: CoordinatorClient; readonly membership: Membership };

/** How long a swarm that is left waits for its last results. */
const handOverMs = 5_000;

/** Connects the rooms: whatever one needs of another is handed in here as a function. */
export function composeRooms(ports: EnginePorts, announcer: Announcer, problems: Problems): Rooms {
  const wire: Wire = {
    ask: (type, payload) => client.request(type, payload),
    notify: (type, payload) => client.notify(type, payload),
    connected: () => client.connected,
    update: () => client.update(),
  };
  const base = composeBase(
    ports,
    { announcer, problems },
    {
      onSettings: () => {
        base.models.limitMemory(base.settings.all['contribution.memoryLimit']);
        base.manners.reconsider();
        client.update();
        announcer.changed('settings', 'contribution', 'identity');
      },
      onManners: () => {
        keepModels(ports, base, membership);
        client.update();
        announcer.changed('contribution');
      },
      executor: () => work.executor,
      demand: (model) => modelDemand(model, demandFacts(ports, base, { client, membership })),
    },
  );
  const work = composeWork(ports, base, wire);
  const books = composeBooks(ports, base, wire);
  const client = composeClient(ports, { ...base, ...work, ...books }, () => membership);
  const onSwarm = (): void => keepModels(ports, base, membership);
  const membership: Membership = composeMembership(ports, { ...base, ...work, ...books, client, onSwarm });
  const bench = composeBench(ports, { ...base, ...work }, wire);
  return { ...base, ...work, ...books, ...bench, client, membership };
}

/** Models stay in memory while work may come. */
function keepModels({ inference, machine }: EnginePorts, base: BaseRooms, membership: Membership): void {
  const { models, manners } = base;
  models.keepFor(
    keepAliveOf({
      joined: membership.current() !== null,
      decision: manners.decision,
      heldBytes: inference.capacity().reduce((sum, { reservedBytes }) => sum + reservedBytes, 0),
      availableBytes: machine?.measured.availableBytes() ?? null,
    }),
  );
}

interface SwarmSide {
  readonly client: CoordinatorClient;
  readonly membership: Membership;
}

function demandFacts({ store }: EnginePorts, { models }: BaseRooms, { client, membership }: SwarmSide): DemandFacts {
  const swarm = membership.current();
  const reputation = swarm === null ? null : store.swarms.get(swarm.swarmId)?.reputation;
  const level = reputation?.level ?? 'novice';
  const market = { health: client.health, private: swarm?.private ?? false, level };
  return { market, admitted: client.admitted, installed: models.installed() };
}

type Inner = BaseRooms & WorkRooms & BookRooms;

function composeClient(ports: EnginePorts, rooms: Inner, membership: () => Membership): CoordinatorClient {
  const { clock, random, logger, dialer } = ports;
  const { identity, holding, submissions, announcer } = rooms;
  const client = new CoordinatorClient({
    clock,
    random,
    logger,
    dialer,
    identity: () => identity.current,
    capabilities: () => capabilities(ports, rooms, membership().current()),
    cursor: () => membership().current()?.cursor ?? 0,
    holding,
    urgent: () => holding().length > 0 || submissions.open.length > 0,
    onReady: (ready) => {
      onReady(ports, rooms, { swarm: membership().current(), ready, update: () => client.update() }).catch(
        (error: unknown) => logger.error('The session could not be taken up.', { error: String(error) }),
      );
    },
    onState: () => announcer.changed('swarm', 'contribution'),
    enrolAgain: () => membership().enrolAgain(),
    handlers: incoming(rooms),
  });
  return client;
}

function capabilities(ports: EnginePorts, { settings, pause, phase, models }: Inner, swarm: SwarmRecord | null) {
  return capabilitiesOf({
    name: settings.all['node.name'],
    version: ports.version,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    schedule: settings.all['contribution.schedule'],
    computer: ports.computer?.() ?? null,
    pause: pause(),
    draining: phase.draining,
    privateSwarm: swarm?.private ?? false,
    models: models.installed(),
    capacity: ports.inference.capacity(),
    contextOf: (digest) => models.contextOf(digest),
  });
}

/** What is done with each message of the coordinator. */
function incoming({ pipeline, executor, submissions, events }: Inner): IncomingHandlers {
  return {
    'task:offer': (offer) => pipeline.offer(offer),
    'task:assign': async (assign) => {
      await pipeline.assign(assign);
      return {};
    },
    'task:stop': ({ assignmentId, reason }) => {
      executor.stop(assignmentId, reason);
      return {};
    },
    'task:frame': (frame) => {
      submissions.takeFrame(frame);
      return {};
    },
    events: async (batch) => ({ cursor: await events.receive(batch.events) }),
  };
}

interface NewSession {
  readonly swarm: SwarmRecord | null;
  readonly ready: SessionReady;
  readonly update: () => void;
}

/** A session began: takes up what was interrupted on both sides. */
async function onReady({ store }: EnginePorts, rooms: Inner, { swarm, ready, update }: NewSession): Promise<void> {
  if (swarm === null) return;
  const { leases, chunks, executor, outbox, submissions, ledgerReader, agreement, announcer } = rooms;
  leases.setPace(ready.limits.renewMs);
  for (const { assignmentId, keep, stored } of ready.holding) {
    if (keep) chunks.resume(assignmentId, stored);
    else executor.stop(assignmentId, 'superseded');
  }
  leases.wake();
  await store.write(() => store.swarms.describe(swarm.swarmId, ready.swarmName, ready.private));
  announcer.changed('swarm', 'contribution', 'models');
  update();
  await Promise.all([outbox.deliver(), submissions.resume(), ledgerReader.read()]);
  agreement.touch(null);
}

function composeMembership(
  ports: EnginePorts,
  rooms: Inner & { readonly client: CoordinatorClient; readonly onSwarm: () => void },
): Membership {
  const { clock, random, logger, store, http } = ports;
  const { secrets, identity, settings, executor, outbox, client, submissions, agreement, announcer, joined } = rooms;
  return new Membership({
    clock,
    random,
    logger,
    store,
    http,
    secrets,
    identity: () => identity.current,
    nodeName: () => settings.all['node.name'],
    computer: () => ports.computer?.() ?? null,
    onLeave: async () => {
      // Nobody would be here for the answers. Without a connection they are cancelled when the swarm is joined again.
      await withinTime(clock, handOverMs, submissions.cancelAll());
      executor.yieldAll(true);
      await executor.whenIdle();
      await withinTime(clock, handOverMs, outbox.deliver());
      client.disconnect('left the swarm');
    },
    onSwarm: (swarm) => {
      joined.swarmId = swarm?.swarmId ?? null;
      submissions.load(swarm?.swarmId ?? null);
      agreement.load(swarm?.swarmId ?? null);
      if (swarm === null) client.disconnect('no swarm');
      else client.connect({ swarmId: swarm.swarmId, address: swarm.address, pinnedKey: swarm.publicKey });
      rooms.onSwarm();
      announcer.changed('swarm', 'contribution', 'tasks', 'models', 'money', 'reputation');
    },
  });
}
