import type { AssignmentEvent, Finish } from '#shared/domain/tasks/assignment.ts';
import type { QualityRecord } from '#shared/domain/tasks/quality.ts';
import type { TaskType } from '#shared/domain/tasks/taskType.ts';
import type { TaskStop } from '#shared/protocol/working.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { z } from 'zod';
import type { NodeRegistry } from '#coordinator/swarm/nodes/NodeRegistry.ts';
import type { LiveRun, LiveTask } from './LiveTask.ts';
import type { OpenTasks } from './OpenTasks.ts';
import type { CoordinatorStore, FinishTask } from '#coordinator/books/CoordinatorStore.ts';
import type { AssignmentRecord, TaskRecord } from '#coordinator/books/records.ts';
import type { FrameRelay } from '#coordinator/gateway/delivery/FrameRelay.ts';
import { type CurrentEnd, judgeSegments } from '#coordinator/judging/segments.ts';

export interface CloserNeeds {
  readonly clock: Clock;
  readonly store: CoordinatorStore;
  readonly open: OpenTasks;
  readonly nodes: NodeRegistry;
  readonly relay: FrameRelay;
  readonly withdraw: (task: LiveTask) => void;
  readonly nodeFreed: (nodeId: string) => void;
  readonly onTaskOver: (task: TaskRecord) => void;
  /** The last parent of this task completed. */
  readonly onUnblocked: (taskId: string) => void;
  readonly onAssignmentOver: (
    assignment: AssignmentRecord,
    event: AssignmentEvent,
    written: { readonly tokens: number; readonly type: TaskType },
  ) => void;
}

/** How a task ends. */
export interface TaskEnd {
  readonly event: FinishTask['event'];
  readonly finish: Finish | null;
  readonly partial: boolean;
  readonly quality: QualityRecord | null;
  readonly reason: string | null;
  readonly current: CurrentEnd | null;
  readonly promptPriceTo?: string;
  readonly onlyPromptPrice?: boolean;
  /** What the node that still runs it is told. */
  readonly stop?: z.infer<typeof TaskStop>['reason'];
}

/** Ends tasks: the store first, then everything in memory, then whoever waits. Called in the task's turn. */
export class TaskCloser {
  readonly #needs: CloserNeeds;

  constructor(needs: CloserNeeds) {
    this.#needs = needs;
  }

  /** Ends the task and settles its bill in one transaction, then tells everybody. */
  async finish(task: LiveTask, end: TaskEnd): Promise<void> {
    const { store, clock, open, relay } = this.#needs;
    const now = clock.now();
    const { taskId } = task.record;
    const { run } = task;
    const outcome = await keepingOpen(run, () =>
      store.finishTask({
        taskId,
        event: end.event,
        finish: end.finish,
        partial: end.partial,
        quality: end.quality,
        reason: end.reason,
        segments: judgeSegments(task.record, store.assignmentsOf(taskId), {
          current: end.current,
          quality: end.quality,
          now,
        }),
        promptPriceTo: end.promptPriceTo ?? null,
        ...(end.onlyPromptPrice === true ? { onlyPromptPrice: true } : {}),
        now,
      }),
    );
    task.record = outcome.task;
    this.#needs.withdraw(task);
    open.remove(task);
    relay.end(taskId);
    if (run !== null) this.#freeNode(task, run, end);
    if (outcome.kind === 'finished') {
      this.#needs.onTaskOver(outcome.task);
      for (const descendant of outcome.cancelledDescendants) this.#dropDescendant(descendant);
      for (const child of outcome.unblocked) this.#needs.onUnblocked(child);
    }
  }

  #freeNode(task: LiveTask, run: LiveRun, end: TaskEnd): void {
    const { nodes } = this.#needs;
    const { nodeId, assignmentId, modelDigest } = run.assignment;
    if (end.stop !== undefined) {
      nodes.get(nodeId)?.session.notify('task:stop', { assignmentId, reason: end.stop });
    }
    const written = { tokens: run.stored, type: task.record.type };
    this.#needs.onAssignmentOver(run.assignment, end.current?.event ?? 'cancel', written);
    if (nodes.release(nodeId, modelDigest, assignmentId)) this.#needs.nodeFreed(nodeId);
  }

  #dropDescendant(taskId: string): void {
    const task = this.#needs.open.get(taskId);
    if (task === undefined) return;
    this.#needs.withdraw(task);
    this.#needs.open.remove(task);
    this.#needs.relay.end(taskId);
    const record = this.#needs.store.task(taskId);
    if (record !== undefined) this.#needs.onTaskOver(record);
  }
}

/** A run whose end could not be stored takes chunks again, until the end is tried again. */
export async function keepingOpen<T>(run: LiveRun | null, store: () => Promise<T>): Promise<T> {
  try {
    return await store();
  } catch (error) {
    if (run !== null) run.ended = false;
    throw error;
  }
}
