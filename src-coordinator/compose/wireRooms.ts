import { ulid } from 'ulid';
import type { CatalogueEntry } from '#shared/domain/models/catalogue.ts';
import type { SizeClass } from '#shared/domain/money/prices.ts';
import { type Reputation, reputationOf } from '#shared/domain/swarm/reputation.ts';
import type { SwarmHealth } from '#shared/domain/swarm/swarmHealth.ts';
import type { TaskType } from '#shared/domain/tasks/taskType.ts';
import type { z } from 'zod';
import type { CoordinatorStore } from '#coordinator/books/CoordinatorStore.ts';
import type { CoordinatorPorts } from './createCoordinator.ts';
import { sizeRank } from '#coordinator/swarm/matching/eligibility.ts';
import { pseudonymOf } from '#coordinator/members/pseudonym.ts';
import { demandPerMille } from '#coordinator/swarm/intake/demand.ts';
import { Intake } from '#coordinator/swarm/intake/Intake.ts';
import { RequesterDesk } from '#coordinator/swarm/intake/RequesterDesk.ts';
import { Welcomes } from '#coordinator/swarm/intake/Welcomes.ts';
import { keyId } from '#node/keys.ts';
import { EventPusher } from '#coordinator/gateway/delivery/EventPusher.ts';
import { NodeRegistry } from '#coordinator/swarm/nodes/NodeRegistry.ts';
import { Reception } from '#coordinator/swarm/nodes/Reception.ts';
import type { Metrics } from '#coordinator/observability/Metrics.ts';
import type { RefusalAudit } from '#coordinator/observability/RefusalAudit.ts';
import { TaskCounts } from '#coordinator/observability/TaskCounts.ts';
import type { CodeParser } from '#coordinator/judging/quality/CodeParser.ts';
import { OpenTasks } from '#coordinator/swarm/tasks/OpenTasks.ts';
import { WaitingTasks } from '#coordinator/swarm/matching/WaitingTasks.ts';
import { FrameRelay } from '#coordinator/gateway/delivery/FrameRelay.ts';
import { leaseTimes } from '#coordinator/swarm/tasks/Leases.ts';
import { resumeRuns } from '#coordinator/swarm/tasks/resumeRuns.ts';
import { type TaskRooms, wireTasks } from './wireTasks.ts';

/** What several rooms share: who is there, what is open, and what is counted. */
export interface SharedRooms {
  readonly nodes: NodeRegistry;
  readonly open: OpenTasks;
  readonly waiting: WaitingTasks;
  readonly relay: FrameRelay;
  readonly events: EventPusher;
  readonly counts: TaskCounts;
  readonly catalogue: ReadonlyMap<string, CatalogueEntry>;
  readonly newId: () => string;
  readonly pseudonymOf: (id: string) => string;
  /** Demand multiplier in thousandths. */
  readonly demand: () => bigint;
  readonly health: () => z.infer<typeof SwarmHealth>;
}

/** The rooms of one coordinator, wired. */
export interface Rooms extends SharedRooms, TaskRooms {
  readonly reception: Reception;
  readonly intake: Intake;
  readonly desk: RequesterDesk;
  readonly reputationOf: (nodeId: string) => Reputation;
}

export type RoomPorts = CoordinatorPorts & {
  readonly metrics: Metrics;
  readonly refusals: RefusalAudit;
  readonly parser: CodeParser;
  /** The former interface, until every room uses `Books` and `Queries`. */
  readonly store: CoordinatorStore;
};

/** Hands each room what it needs of the next. */
export function wireRooms(ports: RoomPorts): Rooms {
  const shared = wireShared(ports);
  const { store, clock, metrics } = ports;
  const tasks = wireTasks(ports, shared, (nodeId) => reception.refreshReputation(nodeId));
  const reception: Reception = wireReception(ports, shared, tasks);
  const desk = new RequesterDesk({ ...shared, store, cancel: (task) => tasks.endings.cancel(task) });
  metrics.watch({
    nodesOnline: () => shared.nodes.size,
    tasksWaiting: () => shared.waiting.size,
    tasksRunning: () => shared.open.running,
    demand: () => Number(shared.demand()) / 1000,
  });
  return {
    ...shared,
    ...tasks,
    reception,
    desk,
    intake: wireIntake(ports, shared, tasks),
    reputationOf: (nodeId) => {
      const record = store.node(nodeId);
      if (record === undefined) throw new Error(`Node ${nodeId} is not enrolled`);
      return reputationOf(record.reputation, clock.now());
    },
  };
}

function wireShared({ clock, random, store, swarm, catalogue, metrics }: RoomPorts): SharedRooms {
  const nodes = new NodeRegistry();
  const open = new OpenTasks();
  const waiting = new WaitingTasks();
  const counts = new TaskCounts({ clock, metrics });
  const demand = () => demandPerMille({ private: swarm.private, waiting: waiting.size, freeNodes: nodes.freeNodes() });
  return {
    nodes,
    open,
    waiting,
    counts,
    demand,
    relay: new FrameRelay(clock),
    events: new EventPusher(store, clock),
    catalogue: new Map(catalogue.models.map((entry) => [entry.digest, entry])),
    newId: () => ulid(clock.now(), () => random.fraction()),
    pseudonymOf,
    health: () => ({
      nodesOnline: nodes.size,
      tasksPerMinute: counts.perMinute(),
      waiting: waiting.size,
      running: open.running,
      demand: Number(demand()) / 1000,
      servedTypes: nodes.servedTypes(),
      wanted: counts.demands.rows((type) => nodes.servingType(type)),
    }),
  };
}

function wireReception(ports: RoomPorts, shared: SharedRooms, tasks: TaskRooms): Reception {
  const { clock, logger, store, swarm } = ports;
  const welcomes = new Welcomes({
    clock,
    logger,
    store,
    private: swarm.private,
    newId: shared.newId,
    ownAccount: keyId('acc', ports.signingKey.publicKey),
    begin: (record, submission) => tasks.lives.begin(record, submission),
  });
  return new Reception({
    ...shared,
    clock,
    logger,
    store,
    swarm,
    limits: leaseTimes,
    blockedUntil: (nodeId) => tasks.reliability.blockedUntil(nodeId),
    resume: (node, holding) => resumeRuns({ clock, logger, ...shared, ...tasks }, node, holding),
    onReady: (node) => {
      void welcomes.greet(node);
      tasks.dispatcher.nodeFreed(node.nodeId);
    },
    onGone: (nodeId) => tasks.leases.lapseAll(nodeId),
  });
}

function wireIntake(ports: RoomPorts, shared: SharedRooms, tasks: TaskRooms): Intake {
  const { catalogue, nodes, open, counts, demand } = shared;
  return new Intake({
    clock: ports.clock,
    store: ports.store,
    private: ports.swarm.private,
    survey: (facts) => tasks.dispatcher.survey(facts),
    sizeOfModel: (digest) => catalogue.get(digest)?.sizeClass ?? nodes.modelOf(digest)?.shape.sizeClass,
    largestKnown: (type) => largestKnown(catalogue, type),
    demandPerMille: demand,
    shares: open.shares,
    begin: (record, submission) => {
      counts.taskSubmitted(record);
      tasks.lives.begin(record, submission);
    },
  });
}

function largestKnown(catalogue: ReadonlyMap<string, CatalogueEntry>, type: TaskType): SizeClass | undefined {
  const sizes = [...catalogue.values()].flatMap(({ types, sizeClass }) => (types.includes(type) ? [sizeClass] : []));
  return sizes.toSorted((a, b) => sizeRank(b) - sizeRank(a))[0];
}
