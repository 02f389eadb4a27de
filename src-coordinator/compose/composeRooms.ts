import { ulid } from 'ulid';
import type { CatalogueEntry } from '#shared/domain/models/catalogue.ts';
import type { ModelShape } from '#shared/domain/models/model.ts';
import type { SizeClass } from '#shared/domain/money/prices.ts';
import type { SwarmHealth } from '#shared/domain/swarm/swarmHealth.ts';
import type { TaskType } from '#shared/domain/tasks/taskType.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import type { z } from 'zod';
import { createVerifier, keyId, type SignedClaim, type SigningKey } from '#node/keys/keys.ts';
import type { AssignmentRecord } from '#coordinator/books/records.ts';
import { EventPusher } from '#coordinator/gateway/delivery/EventPusher.ts';
import { FrameRelay } from '#coordinator/gateway/delivery/FrameRelay.ts';
import { requesterFrames } from '#coordinator/gateway/delivery/requesterFrames.ts';
import { ChunkRates } from '#coordinator/gateway/limits/ChunkRates.ts';
import { SessionTable } from '#coordinator/gateway/sockets/SessionTable.ts';
import type { CodeParser } from '#coordinator/judging/quality/CodeParser.ts';
import { pseudonymOf } from '#coordinator/members/pseudonym.ts';
import type { SwarmIdentity } from '#coordinator/members/SwarmIdentity.ts';
import type { Metrics } from '#coordinator/observability/Metrics.ts';
import { TaskCounts } from '#coordinator/observability/TaskCounts.ts';
import type { Storage } from '#coordinator/storage/Storage.ts';
import { AccountShares } from '#coordinator/swarm/intake/AccountShares.ts';
import { demandPerMille } from '#coordinator/swarm/intake/demand.ts';
import { Intake } from '#coordinator/swarm/intake/Intake.ts';
import { OwnTasks } from '#coordinator/swarm/intake/OwnTasks.ts';
import { Welcomes } from '#coordinator/swarm/intake/Welcomes.ts';
import { sizeRank } from '#coordinator/swarm/matching/eligibility.ts';
import { Matcher } from '#coordinator/swarm/matching/Matcher.ts';
import { WaitingTickets } from '#coordinator/swarm/matching/WaitingTickets.ts';
import { WaitNotices } from '#coordinator/swarm/matching/WaitNotices.ts';
import { NodeRegistry } from '#coordinator/swarm/nodes/NodeRegistry.ts';
import { Reception } from '#coordinator/swarm/nodes/Reception.ts';
import { Reliability } from '#coordinator/swarm/nodes/Reliability.ts';
import { Assigner } from '#coordinator/swarm/tasks/runs/Assigner.ts';
import { Deadlines } from '#coordinator/swarm/tasks/Deadlines.ts';
import { Leases, leaseTimes } from '#coordinator/swarm/tasks/Leases.ts';
import { lossOf } from '#coordinator/judging/runEnd.ts';
import { Progress } from '#coordinator/swarm/tasks/runs/Progress.ts';
import { connectReactions } from '#coordinator/swarm/tasks/reactions.ts';
import { Results } from '#coordinator/swarm/tasks/runs/Results.ts';
import { resumeRuns } from '#coordinator/swarm/tasks/runs/resumeRuns.ts';
import { RunEndings } from '#coordinator/swarm/tasks/runs/RunEndings.ts';
import { RunJudge } from '#coordinator/swarm/tasks/runs/RunJudge.ts';
import { RunWrites } from '#coordinator/swarm/tasks/runs/RunWrites.ts';
import { Seeds } from '#coordinator/swarm/tasks/runs/Seeds.ts';
import { TaskBirths } from '#coordinator/swarm/tasks/TaskBirths.ts';
import { TaskEndings } from '#coordinator/swarm/tasks/TaskEndings.ts';
import { TaskLife } from '#coordinator/swarm/tasks/life/TaskLife.ts';

/** The external dependencies of the rooms. */
export interface RoomPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly storage: Storage;
  /** The swarm's own key. */
  readonly signingKey: SigningKey;
  readonly catalogue: { readonly models: readonly CatalogueEntry[] };
  readonly swarm: SwarmIdentity;
  readonly metrics: Metrics;
  readonly parser: CodeParser;
  /** How signatures of chunks are checked; off the event loop when omitted. */
  readonly verify?: (claim: SignedClaim) => Promise<boolean>;
}

/** The rooms of one coordinator, connected. */
export type Rooms = ReturnType<typeof composeRooms>;

/** Creates the rooms from the bottom up: each exists before it is used, and the reactions to changes come last. */
export function composeRooms(ports: RoomPorts) {
  const state = composeState(ports);
  const tasks = composeTasks(ports, state);
  const requests = composeRequests(ports, state, tasks);
  const nodes = composeNodes(ports, state, tasks, requests);
  const deadlines = composeDeadlines(ports, state, tasks);
  const { life, relay, counts, channels, chunkRates, shares } = state;
  connectReactions({
    ...state,
    ...tasks,
    deadlines,
    clock: ports.clock,
    private: ports.swarm.private,
    onAdopted: ({ record }, upTo) => {
      const { taskId, accountId, promptBytes, requesterNodeId, attempt } = record;
      shares.take(accountId, promptBytes);
      if (requesterNodeId !== null)
        relay.watch(taskId, requesterFrames(channels, requesterNodeId)).begin({ attempt, upTo });
    },
    onRunOver: ({ assignment, stored }, event, { record }) => {
      chunkRates.forget(assignment.assignmentId);
      counts.assignmentOver(event, { tokens: stored, type: record.type });
      void nodes.reception.refresh(assignment.nodeId);
    },
    onTaskOver: ({ record }, ended) => {
      shares.giveBack(record.accountId, record.promptBytes);
      relay.end(record.taskId);
      requests.notices.forget(record.taskId);
      if (ended !== null) counts.taskOver(ended);
    },
  });
  return { ...state, ...tasks, ...requests, ...nodes, life };
}

type State = ReturnType<typeof composeState>;

/** The state in memory: connected nodes, live tasks, waiting tasks. */
function composeState({ clock, logger, random, storage, swarm, catalogue, metrics }: RoomPorts) {
  const channels = new SessionTable();
  const nodes = new NodeRegistry();
  const life = new TaskLife({ clock, logger });
  const waiting = new WaitingTickets();
  const counts = new TaskCounts({ clock, metrics });
  /** Demand multiplier in thousandths. */
  const demand = () => demandPerMille({ private: swarm.private, waiting: waiting.size, freeNodes: nodes.freeNodes() });
  const health = (): z.infer<typeof SwarmHealth> => ({
    nodesOnline: nodes.size,
    tasksPerMinute: counts.perMinute(),
    waiting: waiting.size,
    running: life.running,
    demand: Number(demand()) / 1000,
    servedTypes: nodes.servedTypes(),
    wanted: counts.demands.rows((type) => nodes.servingType(type)),
  });
  metrics.watch({
    nodesOnline: () => nodes.size,
    tasksWaiting: () => waiting.size,
    tasksRunning: () => life.running,
    demand: () => Number(demand()) / 1000,
  });
  return {
    channels,
    nodes,
    life,
    waiting,
    counts,
    demand,
    health,
    shares: new AccountShares(),
    chunkRates: new ChunkRates(clock),
    relay: new FrameRelay(),
    events: new EventPusher({ clock, queries: storage.queries, feed: storage.events, channels }),
    catalogue: new Map(catalogue.models.map((entry) => [entry.digest, entry])),
    newId: () => ulid(clock.now(), () => random.fraction()),
  };
}

type Tasks = ReturnType<typeof composeTasks>;

/** The rooms that carry a task from its creation to its end. */
function composeTasks(ports: RoomPorts, state: State) {
  const { clock, logger, random, storage, swarm, metrics } = ports;
  const { life, nodes, channels, waiting, relay, catalogue } = state;
  const { books, queries } = storage;
  const base = { clock, logger, books, queries, life, channels };
  const births = new TaskBirths({ ...base, shapeOf: (assignment) => shapeOf(assignment, catalogue) });
  const writes = new RunWrites(life);
  const judge = new RunJudge({ queries, parser: ports.parser, verify: ports.verify ?? createVerifier() });
  const endings = new TaskEndings({ ...base, births, writes, judge });
  const runs = new RunEndings({ ...base, writes, judge, tasks: endings });
  const leases = new Leases({
    ...base,
    onStalled: (taskId, assignmentId) =>
      life.inTurnSoon(taskId, async () => {
        const found = life.run(assignmentId);
        if (found !== undefined) await runs.end(taskId, lossOf(found.run, 'The node stopped sending tokens.'));
      }),
  });
  const onForeign = (nodeId: string, assignmentId: string) =>
    logger.warn('A node sent work for the assignment of another node', {
      node_id: nodeId,
      assignment_id: assignmentId,
    });
  const progress = new Progress({
    ...base,
    leases,
    runs,
    writes,
    admit: (assignmentId) => state.chunkRates.take(assignmentId),
    onStored: (piece) => relay.push(piece),
    onForeign,
  });
  const results = new Results({ ...base, writes, judge, runs, tasks: endings, onForeign });
  const assigner = new Assigner({ ...base, runs, seeds: new Seeds(ports.signingKey), pseudonymOf });
  const matcher = new Matcher({
    ...base,
    random,
    private: swarm.private,
    nodes,
    waiting,
    newId: state.newId,
    assign: (ticket, offer) => assigner.assign(ticket, offer),
    onOffer: (outcome) => metrics.offers.inc({ outcome }),
  });
  return { births, endings, runs, leases, progress, results, matcher };
}

/** The rooms that serve requesters. */
function composeRequests(ports: RoomPorts, state: State, { births, endings, matcher }: Tasks) {
  const { clock, logger, storage, swarm } = ports;
  const { life, nodes, catalogue, counts, demand, shares, newId } = state;
  const { books, queries } = storage;
  const waitReason = (taskId: string) => matcher.waitReason(taskId);
  const requesterOf = (taskId: string) => life.get(taskId)?.record.requesterNodeId ?? null;
  const notices = new WaitNotices({ clock, logger, books, queries, requesterOf, waitReason });
  matcher.onWaits((ticket) => notices.waits(ticket.taskId));
  return {
    notices,
    ownTasks: new OwnTasks({ books, queries, life, endings, waitReason }),
    welcomes: new Welcomes({
      clock,
      logger,
      books,
      queries,
      private: swarm.private,
      newId,
      ownAccount: keyId('acc', ports.signingKey.publicKey),
      begin: (record, submission) => births.begin(record, submission),
    }),
    intake: new Intake({
      clock,
      books,
      queries,
      private: swarm.private,
      survey: (facts) => matcher.survey(facts),
      sizeOfModel: (digest) => catalogue.get(digest)?.sizeClass ?? nodes.modelOf(digest)?.shape.sizeClass,
      largestKnown: (type) => largestKnown(catalogue, type),
      demandPerMille: demand,
      shares,
      begin: (record, submission) => {
        counts.taskSubmitted(record);
        births.begin(record, submission);
      },
    }),
  };
}

/** The rooms for nodes that connect and disconnect. */
function composeNodes(
  { clock, logger, storage, swarm }: RoomPorts,
  state: State,
  tasks: Tasks,
  { welcomes }: ReturnType<typeof composeRequests>,
) {
  const { nodes, channels, events, health, catalogue } = state;
  const { queries } = storage;
  const reliability = new Reliability({ clock, queries, private: swarm.private });
  const reception = new Reception({
    clock,
    logger,
    queries,
    nodes,
    channels,
    reliability,
    catalogue,
    swarm,
    limits: leaseTimes,
    health,
    resume: (node, holding) => resumeRuns({ ...state, ...tasks }, node, holding),
    onSession: ({ nodeId }, cursors) => events.start(nodeId, cursors),
    onReady: (node) => {
      void welcomes.greet(node);
      tasks.matcher.nodeFreed(node.nodeId);
    },
    onGone: (nodeId) => {
      events.stop(nodeId);
      tasks.leases.lapseAll(nodeId);
    },
  });
  return { reception };
}

/** Ends each task whose deadline passes; the reason shown includes what the task was waiting for. */
function composeDeadlines({ clock }: RoomPorts, { life }: State, { endings, matcher }: Tasks): Deadlines {
  return new Deadlines(clock, (taskId) => {
    const waitReason = matcher.waitReason(taskId);
    life.inTurnSoon(taskId, async () => {
      const task = life.get(taskId);
      const reason = ['The deadline passed.', waitReason ?? ''].join(' ').trim();
      if (task !== undefined) await endings.fail(task, reason, 'expire');
    });
  });
}

/** Bounds for assignments stored before they included the model's shape; the node sends the shape when it reconnects. */
const anyShape = { vocabSize: 2_000_000, eogIds: [], contextSize: 4_194_304 };

function shapeOf(
  { modelDigest, sizeClass, shape }: AssignmentRecord,
  catalogue: ReadonlyMap<string, CatalogueEntry>,
): z.infer<typeof ModelShape> {
  return shape ?? catalogue.get(modelDigest) ?? { ...anyShape, sizeClass };
}

function largestKnown(catalogue: ReadonlyMap<string, CatalogueEntry>, type: TaskType): SizeClass | undefined {
  const sizes = [...catalogue.values()].flatMap(({ types, sizeClass }) => (types.includes(type) ? [sizeClass] : []));
  return sizes.toSorted((a, b) => sizeRank(b) - sizeRank(a))[0];
}
