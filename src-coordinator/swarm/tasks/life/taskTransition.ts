import type { TaskRecord } from '#coordinator/books/records.ts';
import type { RunEnd } from '#coordinator/judging/runEnd.ts';
import { contextBefore, type CoolDown, type LiveRun, type LiveTask } from './LiveTask.ts';
import { nextRun, type RunEvent } from './runTransition.ts';

/** What can happen to a live task. Its birth and its end are `TaskLife.adopt` and `TaskLife.end`. */
export type LiveTaskEvent =
  /** Its last parent completed: it is queued. `deadline` is monotonic. */
  | { readonly type: 'unblocked'; readonly record: TaskRecord; readonly deadline: number }
  /** A node reported how many tokens its prompt has, and that this was too many. */
  | { readonly type: 'prompt_too_long'; readonly neededContext: number }
  | { readonly type: 'run_started'; readonly record: TaskRecord; readonly run: LiveRun }
  | { readonly type: 'run_changed'; readonly assignmentId: string; readonly change: RunEvent }
  /** A run ended and the task may go on with another one. `record` is null when the books knew of the end before. */
  | {
      readonly type: 'run_ended';
      readonly assignmentId: string;
      readonly end: RunEnd;
      readonly record: TaskRecord | null;
      readonly coolDown: CoolDown;
    };

/** The task after an event; events about runs that it does not have change nothing. Pure. */
export function nextTask(task: LiveTask, event: LiveTaskEvent): LiveTask {
  switch (event.type) {
    case 'unblocked':
      return { ...task, record: event.record, deadline: event.deadline };
    case 'prompt_too_long':
      return { ...task, neededContext: Math.max(task.neededContext, event.neededContext) };
    case 'run_started':
      return { ...withRun(task, event.run), record: event.record };
    case 'run_changed': {
      const run = task.runs.get(event.assignmentId);
      return run === undefined ? task : afterChange(task, run, event.change);
    }
    case 'run_ended': {
      const run = task.runs.get(event.assignmentId);
      return run === undefined ? task : afterEnd(task, run, event);
    }
  }
}

function withRun(task: LiveTask, run: LiveRun): LiveTask {
  return { ...task, runs: new Map(task.runs).set(run.assignment.assignmentId, run) };
}

function afterChange(task: LiveTask, run: LiveRun, change: RunEvent): LiveTask {
  const changed = nextRun(run, change);
  if (changed === run) return task;
  const next = withRun(task, changed);
  // Another node may go on from what is stored, with the same model only.
  return change.type === 'lapsed' && run.stored > 0 ? { ...next, fixedDigest: run.assignment.modelDigest } : next;
}

function afterEnd(task: LiveTask, run: LiveRun, event: Extract<LiveTaskEvent, { type: 'run_ended' }>): LiveTask {
  const { end, coolDown } = event;
  const { nodeId, assignmentId } = run.assignment;
  const runs = new Map(task.runs);
  runs.delete(assignmentId);
  const next: LiveTask = {
    ...task,
    runs,
    failedBy: end.failure ? new Set(task.failedBy).add(nodeId) : task.failedBy,
    refusedBy: end.event === 'reject' && end.weight > 0 ? new Set(task.refusedBy).add(nodeId) : task.refusedBy,
    coolDown: new Map(task.coolDown).set(nodeId, coolDown),
  };
  return event.record === null ? next : { ...next, ...continuation(task, run, { end, record: event.record }) };
}

/** What the next run starts from: a rejected answer starts over, any other is continued by the same model. */
function continuation(
  task: LiveTask,
  run: LiveRun,
  { end, record }: { readonly end: RunEnd; readonly record: TaskRecord },
): Partial<LiveTask> {
  const oddBefore = task.oddBefore || end.odd === true;
  if (end.event === 'reject') return { record, oddBefore, fixedDigest: null, neededContext: contextBefore(record) };
  if (run.stored === 0 || run.promptIds === null) return { record, oddBefore };
  return {
    record,
    oddBefore,
    fixedDigest: run.assignment.modelDigest,
    neededContext: run.promptIds.length + record.maxTokens,
  };
}
