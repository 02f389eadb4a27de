import type { Submission } from '#shared/domain/tasks/task.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { NodeRegistry } from '#coordinator/swarm/nodes/NodeRegistry.ts';
import { type LiveTask, stepSoon } from './LiveTask.ts';
import { createLiveTask, type OpenTasks } from './OpenTasks.ts';
import type { CoordinatorStore } from '#coordinator/books/CoordinatorStore.ts';
import type { TaskRecord } from '#coordinator/books/records.ts';
import type { Endings } from './Endings.ts';
import type { FrameListener, FrameRelay } from '#coordinator/gateway/delivery/FrameRelay.ts';
import { leaseTimes, type Leases } from './Leases.ts';
import { longestBlockedMs, type RecoveryNeeds, recoverTasks } from './recoverTasks.ts';

export interface TaskLivesNeeds {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: CoordinatorStore;
  readonly open: OpenTasks;
  readonly nodes: NodeRegistry;
  readonly relay: FrameRelay;
  readonly endings: Endings;
  readonly leases: Leases;
  readonly enqueue: (task: LiveTask) => void;
}

/** Longest delay of a timer; longer deadlines look again. */
const longestTimerMs = 2 ** 31 - 1;

/** Begins the lives of tasks in memory: new ones, those of before a restart, children whose parents completed. */
export class TaskLives {
  readonly #needs: TaskLivesNeeds;

  constructor(needs: TaskLivesNeeds) {
    this.#needs = needs;
  }

  /** Takes a stored task in. */
  begin(record: TaskRecord, submission: Submission): void {
    const now = this.#needs.clock.monotonic();
    const wait = record.status === 'blocked' ? longestBlockedMs : submission.deadlineMs;
    this.#adopt(createLiveTask(record, submission, { now, deadline: now + wait }), 0);
  }

  /** Takes up everything that was not over when the coordinator stopped. */
  recover(facts: Pick<RecoveryNeeds, 'shapeOf'>): void {
    const { clock, store, open, nodes, leases } = this.#needs;
    for (const { task, run } of recoverTasks({ clock, store, ...facts })) {
      if (run !== null) {
        open.startRun(task, run);
        task.phase = 'running';
        nodes.reserve(run.assignment.nodeId, run.assignment.modelDigest, run.assignment.assignmentId);
        leases.grant(task, run, leaseTimes.graceMs);
      }
      this.#adopt(task, (run?.assignment.startIndex ?? 0) + (run?.stored ?? 0));
    }
  }

  /** The last parent of a task completed. */
  unblock(taskId: string): void {
    const task = this.#needs.open.get(taskId);
    const record = this.#needs.store.task(taskId);
    if (task === undefined || record?.status !== 'queued' || task.phase !== 'blocked') return;
    task.record = record;
    task.deadline = this.#needs.clock.monotonic() + task.submission.deadlineMs;
    this.#armDeadline(task);
    this.#needs.enqueue(task);
  }

  #adopt(task: LiveTask, relayed: number): void {
    const { open, relay, enqueue } = this.#needs;
    const { taskId, requesterNodeId, attempt } = task.record;
    open.add(task);
    this.#armDeadline(task);
    if (requesterNodeId !== null) relay.watch(taskId, this.listenerFor(requesterNodeId), { attempt, upTo: relayed });
    if (task.phase === 'waiting') enqueue(task);
  }

  /** Sends frames to a node as long as it is connected. */
  listenerFor(nodeId: string): FrameListener {
    return {
      id: nodeId,
      onFrame: (frame) => this.#needs.nodes.get(nodeId)?.session.notify('task:frame', frame),
      // The durable event tells the end.
      onOver: () => undefined,
    };
  }

  #armDeadline(task: LiveTask): void {
    const { clock, endings } = this.#needs;
    task.deadlineTimer?.cancel();
    const left = Math.max(0, Math.ceil(task.deadline - clock.monotonic()));
    task.deadlineTimer = clock.setTimer(Math.min(left, longestTimerMs), () => {
      if (task.phase === 'over') return;
      if (task.deadline > clock.monotonic()) {
        this.#armDeadline(task);
        return;
      }
      stepSoon(task, this.#needs, async () => {
        const waited = task.waitReason === null ? '' : ` ${task.waitReason}`;
        await endings.fail(task, `Its time was over.${waited}`, 'expire');
      });
    });
  }
}
