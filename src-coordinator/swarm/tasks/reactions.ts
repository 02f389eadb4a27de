import type { AssignmentEvent } from '#shared/domain/tasks/assignment.ts';
import type { TaskRecord } from '#coordinator/books/records.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Matcher } from '#coordinator/swarm/matching/Matcher.ts';
import type { NodeRegistry } from '#coordinator/swarm/nodes/NodeRegistry.ts';
import type { Deadlines } from './Deadlines.ts';
import { type Leases, leaseTimes } from './Leases.ts';
import { type LiveRun, type LiveTask, workRun } from './life/LiveTask.ts';
import { mayBeRetried } from './runs/RunEndings.ts';
import type { HowEnded, LifeChange, TaskLife } from './life/TaskLife.ts';
import type { LiveTaskEvent } from './life/taskTransition.ts';
import { workTicket } from './life/workTicket.ts';

export interface ReactionNeeds {
  readonly clock: Clock;
  readonly private: boolean;
  readonly life: TaskLife;
  readonly matcher: Matcher;
  readonly nodes: NodeRegistry;
  readonly leases: Leases;
  readonly deadlines: Deadlines;
  /** The requester's node is to be sent the answer from token `upTo` of the present attempt on. */
  readonly onAdopted: (task: LiveTask, upTo: number) => void;
  /** A run is over, however it ended; `task` is the one before. */
  readonly onRunOver: (run: LiveRun, event: AssignmentEvent, task: LiveTask) => void;
  /** A task is over. `record` is null when the process stops. */
  readonly onTaskOver: (task: LiveTask, record: TaskRecord | null) => void;
}

/** Connects the rooms to the lives of tasks: everything that follows from a change stands here, in its order. */
export function connectReactions(needs: ReactionNeeds): void {
  needs.life.onChange((change) => react(needs, change));
}

function react(needs: ReactionNeeds, change: LifeChange): void {
  switch (change.type) {
    case 'adopted':
      return adopted(needs, change.after);
    case 'changed':
      return changed(needs, change.event, change);
    case 'ended':
      return ended(needs, change.before, change.how);
  }
}

function adopted(needs: ReactionNeeds, task: LiveTask): void {
  const { deadlines, nodes, leases } = needs;
  deadlines.set(task.record.taskId, task.deadline);
  const run = workRun(task);
  needs.onAdopted(task, run === null ? 0 : run.assignment.startIndex + run.stored);
  for (const each of task.runs.values()) {
    const { nodeId, modelDigest, assignmentId } = each.assignment;
    nodes.reserve(nodeId, modelDigest, assignmentId);
    leases.grant(each, leaseTimes.graceMs);
  }
  if (run === null && task.record.status !== 'blocked') seekNode(needs, task);
}

function changed(
  needs: ReactionNeeds,
  event: LiveTaskEvent,
  { before, after }: { readonly before: LiveTask; readonly after: LiveTask },
): void {
  const { deadlines, leases, matcher } = needs;
  const { taskId } = after.record;
  switch (event.type) {
    case 'unblocked':
      deadlines.set(taskId, after.deadline);
      return seekNode(needs, after);
    case 'run_started':
      leases.grant(event.run);
      return matcher.close(taskId);
    case 'run_changed':
      if (event.change.type === 'lapsed') seekNode(needs, after);
      if (event.change.type === 'revived') matcher.close(taskId);
      return undefined;
    case 'run_ended': {
      const run = before.runs.get(event.assignmentId);
      if (run === undefined) return undefined;
      const isNodeFree = endRun(needs, run);
      if (mayBeRetried(after)) seekNode(needs, after);
      // Later, so that this task stands in the queue again before others are served.
      if (isNodeFree) needs.clock.setTimer(0, () => matcher.nodeFreed(run.assignment.nodeId));
      return needs.onRunOver(run, event.end.event, before);
    }
    case 'prompt_too_long':
      return undefined;
  }
}

function ended(needs: ReactionNeeds, task: LiveTask, { record, runEvent }: HowEnded): void {
  const { deadlines, matcher } = needs;
  deadlines.clear(task.record.taskId);
  matcher.close(task.record.taskId);
  const free = [...task.runs.values()].filter((run) => endRun(needs, run));
  needs.onTaskOver(task, record);
  if (record === null) return;
  for (const run of task.runs.values()) needs.onRunOver(run, runEvent, task);
  for (const run of free) matcher.nodeFreed(run.assignment.nodeId);
}

function seekNode({ matcher, ...swarm }: ReactionNeeds, task: LiveTask): void {
  matcher.open(workTicket(task, swarm));
}

/** Ends the lease of a run and frees its slot; true if the node is connected and can use the slot. */
function endRun({ leases, nodes }: ReactionNeeds, { assignment }: LiveRun): boolean {
  const { nodeId, modelDigest, assignmentId } = assignment;
  leases.end(assignmentId);
  return nodes.release(nodeId, modelDigest, assignmentId);
}
