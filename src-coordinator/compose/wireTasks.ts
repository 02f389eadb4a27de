import type { ModelShape } from '#shared/domain/models/model.ts';
import type { z } from 'zod';
import { createVerifier } from '#node/keys.ts';
import { Dispatcher } from '#coordinator/swarm/matching/Dispatcher.ts';
import { Seeds } from '#coordinator/swarm/tasks/seeds.ts';
import { WaitNotices } from '#coordinator/swarm/matching/WaitNotices.ts';
import { Reliability } from '#coordinator/swarm/nodes/Reliability.ts';
import { Assigner } from '#coordinator/swarm/tasks/Assigner.ts';
import { Endings } from '#coordinator/swarm/tasks/Endings.ts';
import { Leases } from '#coordinator/swarm/tasks/Leases.ts';
import { Progress } from '#coordinator/swarm/tasks/Progress.ts';
import { Results } from '#coordinator/swarm/tasks/Results.ts';
import { TaskLives } from '#coordinator/swarm/tasks/TaskLives.ts';
import type { AssignmentRecord } from '#coordinator/books/records.ts';
import type { RoomPorts, SharedRooms } from './wireRooms.ts';

/** The rooms that a task passes through after its intake. */
export interface TaskRooms {
  readonly dispatcher: Dispatcher;
  readonly endings: Endings;
  readonly leases: Leases;
  readonly lives: TaskLives;
  readonly reliability: Reliability;
  readonly progress: Progress;
  readonly results: Results;
  readonly shapeOf: (assignment: AssignmentRecord) => z.infer<typeof ModelShape>;
  /** Takes back every timer of every task. */
  readonly halt: () => void;
}

/** Wires dispatch and results; they call each other, since a task that loses its node goes back into the queue. */
export function wireTasks(
  ports: RoomPorts,
  shared: SharedRooms,
  refreshReputation: (nodeId: string) => void,
): TaskRooms {
  const { logger, metrics, swarm } = ports;
  const { open, catalogue } = shared;
  const base = { ...ports, ...shared };
  const notices = new WaitNotices(base);
  const dispatcher: Dispatcher = new Dispatcher({
    ...base,
    private: swarm.private,
    assign: (task, offer) => assigner.assign(task, offer),
    onWaits: (task) => notices.waits(task),
    onOffer: (outcome) => metrics.offers.inc({ outcome }),
  });
  const queue = {
    enqueue: dispatcher.enqueue.bind(dispatcher),
    withdraw: dispatcher.withdraw.bind(dispatcher),
    nodeFreed: dispatcher.nodeFreed.bind(dispatcher),
  };
  const reliability = new Reliability({ ...base, private: swarm.private });
  const endings = new Endings({
    ...base,
    ...queue,
    verify: ports.verify ?? createVerifier(),
    onTaskOver: (record) => shared.counts.taskOver(record),
    onUnblocked: (taskId) => lives.unblock(taskId),
    onAssignmentOver: (assignment, event, written) => {
      shared.counts.assignmentOver(event, written);
      refreshReputation(assignment.nodeId);
      if (written.tokens === 0) reliability.consider(assignment.nodeId);
    },
  });
  const leases = new Leases({ ...base, ...queue, endings });
  const assigner = new Assigner({ ...base, ...queue, endings, leases, seeds: new Seeds(ports.signingKey) });
  const lives: TaskLives = new TaskLives({ ...base, ...queue, endings, leases });
  const onForeign = (nodeId: string, assignmentId: string) =>
    logger.warn('Work for the assignment of another node', { node_id: nodeId, assignment_id: assignmentId });
  return {
    dispatcher,
    endings,
    leases,
    lives,
    reliability,
    progress: new Progress({ ...base, endings, leases, onForeign }),
    results: new Results({ ...base, endings, onForeign }),
    shapeOf: ({ modelDigest, sizeClass, shape }) => shape ?? catalogue.get(modelDigest) ?? { ...anyShape, sizeClass },
    halt: () => {
      for (const task of open.all()) open.remove(task);
    },
  };
}

/** Bounds for a model of before shapes were kept with assignments; its node describes it when it comes back. */
const anyShape = { vocabSize: 2_000_000, eogIds: [], contextSize: 4_194_304 };
