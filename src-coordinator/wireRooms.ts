import { ulid } from 'ulid';
import type { CatalogueEntry } from '#shared/domain/catalogue.ts';
import type { ModelShape } from '#shared/domain/model.ts';
import type { SizeClass } from '#shared/domain/prices.ts';
import { type Reputation, reputationOf } from '#shared/domain/reputation.ts';
import type { Submission } from '#shared/domain/task.ts';
import type { SwarmHealth } from '#shared/domain/swarmHealth.ts';
import type { z } from 'zod';
import { keyId, verifySignatureLater } from '#node/keys.ts';
import type { CoordinatorPorts } from './createCoordinator.ts';
import { Dispatcher } from './dispatch/Dispatcher.ts';
import { sizeRank } from './dispatch/eligibility.ts';
import { Seeds } from './dispatch/seeds.ts';
import { pseudonymOf } from './enrolment/pseudonym.ts';
import { demandPerMille } from './intake/demand.ts';
import { Intake } from './intake/Intake.ts';
import { RequesterDesk } from './intake/RequesterDesk.ts';
import { Welcomes } from './intake/Welcomes.ts';
import { EventPusher } from './nodes/EventPusher.ts';
import { NodeRegistry } from './nodes/NodeRegistry.ts';
import { Reception } from './nodes/Reception.ts';
import { Reliability } from './nodes/Reliability.ts';
import type { Metrics } from './observability/Metrics.ts';
import type { RefusalAudit } from './observability/RefusalAudit.ts';
import { TaskCounts } from './observability/TaskCounts.ts';
import { OpenTasks } from './queue/OpenTasks.ts';
import { WaitingTasks } from './queue/WaitingTasks.ts';
import { Assigner } from './results/Assigner.ts';
import { Endings } from './results/Endings.ts';
import { FrameRelay } from './results/FrameRelay.ts';
import { leaseTimes, Leases } from './results/Leases.ts';
import { Progress } from './results/Progress.ts';
import { Results } from './results/Results.ts';
import { resumeRuns } from './results/resumeRuns.ts';
import { TaskLives } from './results/TaskLives.ts';
import type { AssignmentRecord } from './store/records.ts';

/** The rooms of one coordinator, wired. */
export interface Rooms {
  readonly nodes: NodeRegistry;
  readonly open: OpenTasks;
  readonly waiting: WaitingTasks;
  readonly relay: FrameRelay;
  readonly events: EventPusher;
  readonly reception: Reception;
  readonly intake: Intake;
  readonly desk: RequesterDesk;
  readonly leases: Leases;
  readonly progress: Progress;
  readonly results: Results;
  readonly lives: TaskLives;
  readonly counts: TaskCounts;
  readonly catalogue: ReadonlyMap<string, CatalogueEntry>;
  health(): z.infer<typeof SwarmHealth>;
  demand(): bigint;
  reputationOf(nodeId: string): Reputation;
  shapeOf(assignment: AssignmentRecord): z.infer<typeof ModelShape>;
  /** Takes back every timer. */
  halt(): void;
}

type RoomPorts = CoordinatorPorts & { readonly metrics: Metrics; readonly refusals: RefusalAudit };

/** Hands each room what it needs of the next. */
export function wireRooms(ports: RoomPorts): Rooms {
  const { clock, logger, random, store, swarm, metrics } = ports;
  const catalogue = new Map(ports.catalogue.models.map((entry) => [entry.digest, entry]));
  const nodes = new NodeRegistry();
  const open = new OpenTasks();
  const waiting = new WaitingTasks();
  const relay = new FrameRelay(clock);
  const events = new EventPusher(store, clock);
  const counts = new TaskCounts({ clock, metrics });
  const newId = () => ulid(clock.now(), () => random.fraction());
  const inPrivate = swarm.private;
  const demand = () => demandPerMille({ private: inPrivate, waiting: waiting.size, freeNodes: nodes.freeNodes() });
  const health = () => ({
    nodesOnline: nodes.size,
    tasksPerMinute: counts.perMinute(),
    waiting: waiting.size,
    running: open.running,
    demand: Number(demand()) / 1000,
    servedTypes: nodes.servedTypes(),
  });

  const dispatcher: Dispatcher = new Dispatcher({
    clock,
    random,
    logger,
    private: inPrivate,
    nodes,
    waiting,
    newId,
    assign: (task, offer) => assigner.assign(task, offer),
    onOffer: (outcome) => metrics.offers.inc({ outcome }),
  });
  const queue = {
    enqueue: dispatcher.enqueue.bind(dispatcher),
    withdraw: dispatcher.withdraw.bind(dispatcher),
    nodeFreed: dispatcher.nodeFreed.bind(dispatcher),
  };
  const reliability = new Reliability({ clock, store, nodes, private: inPrivate });
  const endings = new Endings({
    clock,
    logger,
    store,
    verify: ports.verify ?? verifySignatureLater,
    open,
    nodes,
    relay,
    ...queue,
    onTaskOver: (record) => counts.taskOver(record),
    onUnblocked: (taskId) => lives.unblock(taskId),
    onAssignmentOver: (assignment, event, tokens) => {
      counts.assignmentOver(event, tokens);
      reception.refreshReputation(assignment.nodeId);
      if (tokens === 0) reliability.consider(assignment.nodeId);
    },
  });
  const leases = new Leases({ clock, logger, open, endings, ...queue });
  const assigner = new Assigner({
    clock,
    logger,
    store,
    open,
    endings,
    leases,
    seeds: new Seeds(ports.signingKey),
    enqueue: queue.enqueue,
    pseudonymOf,
  });
  const lives: TaskLives = new TaskLives({ clock, store, open, nodes, relay, endings, leases, enqueue: queue.enqueue });
  const welcomes = new Welcomes({
    clock,
    logger,
    store,
    private: inPrivate,
    ownAccount: keyId('acc', ports.signingKey.publicKey),
    begin: (record, submission) => lives.begin(record, submission),
  });
  const reception: Reception = new Reception({
    clock,
    logger,
    store,
    nodes,
    events,
    catalogue,
    swarm,
    limits: leaseTimes,
    health,
    resume: (node, holding) => resumeRuns({ open, leases, endings, nodes }, node, holding),
    onReady: (node) => {
      void welcomes.greet(node);
      dispatcher.nodeFreed(node.nodeId);
    },
    onGone: (nodeId) => leases.lapseAll(nodeId),
  });
  const onForeign = (nodeId: string, assignmentId: string) =>
    logger.warn('Work for the assignment of another node', { node_id: nodeId, assignment_id: assignmentId });
  const sizeOfModel = sizesOf(catalogue, nodes);
  metrics.watch({
    nodesOnline: () => nodes.size,
    tasksWaiting: () => waiting.size,
    tasksRunning: () => open.running,
    demand: () => Number(demand()) / 1000,
  });

  return {
    nodes,
    open,
    waiting,
    relay,
    events,
    reception,
    leases,
    lives,
    counts,
    catalogue,
    health,
    demand,
    intake: new Intake({
      clock,
      store,
      private: inPrivate,
      survey: (facts) => dispatcher.survey(facts),
      sizeOfModel,
      largestKnown: (submission) => largestKnown(catalogue, submission),
      demandPerMille: demand,
      openTasks: () => open.size,
      begin: (record, submission) => {
        counts.taskSubmitted(record);
        lives.begin(record, submission);
      },
    }),
    desk: new RequesterDesk({ store, open, relay, cancel: (task) => endings.cancel(task) }),
    progress: new Progress({ clock, logger, store, open, endings, leases, relay, onForeign }),
    results: new Results({ clock, store, open, endings, onForeign }),
    reputationOf: (nodeId) => {
      const record = store.node(nodeId);
      if (record === undefined) throw new Error(`Node ${nodeId} is not enrolled`);
      return reputationOf(record.reputation, clock.now());
    },
    shapeOf: ({ modelDigest, sizeClass }) =>
      catalogue.get(modelDigest) ?? { vocabSize: 2_000_000, eogIds: [], contextSize: 4_194_304, sizeClass },
    halt: () => {
      for (const task of [...open.all()]) open.remove(task);
    },
  };
}

function sizesOf(
  catalogue: ReadonlyMap<string, CatalogueEntry>,
  nodes: NodeRegistry,
): (digest: string) => SizeClass | undefined {
  return (digest) => catalogue.get(digest)?.sizeClass ?? nodes.modelOf(digest)?.shape.sizeClass;
}

function largestKnown(
  catalogue: ReadonlyMap<string, CatalogueEntry>,
  submission: Pick<Submission, 'type'>,
): SizeClass | undefined {
  const sizes = [...catalogue.values()].flatMap(({ types, sizeClass }) =>
    types.includes(submission.type) ? [sizeClass] : [],
  );
  return sizes.toSorted((a, b) => sizeRank(b) - sizeRank(a))[0];
}
