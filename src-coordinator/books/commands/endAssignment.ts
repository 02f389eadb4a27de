import {
  type AssignmentEvent,
  type Finish,
  isAssignmentOver,
  moveAssignment,
} from '#shared/domain/tasks/assignment.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { moveTask } from '#shared/domain/tasks/task.ts';
import { applyEvidence } from '#coordinator/books/reputation/applyEvidence.ts';
import type { Command } from '#coordinator/books/Books.ts';
import type { SegmentJudgement } from '#coordinator/books/tasks/judgement.ts';
import type { AssignmentRecord, TaskRecord } from '#coordinator/books/records.ts';
import type { Tables } from '#coordinator/books/Tables.ts';
import { isPartOfAnswer } from '#coordinator/books/tasks/taskView.ts';
import { tellEarning, tellUpdated } from '#coordinator/books/events/tell.ts';

export type EndOutcome = { kind: 'ended'; task: TaskRecord } | { kind: 'already_over' };

/** The end of an assignment whose task continues with another one. Nothing is paid yet. */
export interface EndAssignment {
  readonly assignmentId: string;
  readonly event: AssignmentEvent;
  readonly finish: Finish | null;
  readonly reason: string | null;
  /** Whether it counts towards the three failures that end a task. */
  readonly failure: boolean;
  /** `requeue` keeps the stored answer; `start_over` discards it and begins a new attempt; `none` leaves the task unchanged. */
  readonly next: 'requeue' | 'start_over' | 'none';
  readonly evidence: SegmentJudgement['evidence'];
  readonly now: number;
}

/** Ends one assignment while its task continues. Throws a SwarmError `assignment_unknown`. */
export function endAssignment(input: EndAssignment): Command<EndOutcome> {
  return {
    kind: 'endAssignment',
    input,
    rows: { tasksOfAssignments: [input.assignmentId] },
    rule: (tables) => end(tables, input),
  };
}

function end(tables: Tables, command: EndAssignment): EndOutcome {
  const { assignmentId, now } = command;
  const assignment = tables.assignments.get(assignmentId);
  const task = assignment === undefined ? undefined : tables.tasks.get(assignment.taskId);
  if (assignment === undefined || task === undefined) throw new SwarmError('assignment_unknown');
  const status = moveAssignment(assignment.status, command.event);
  if (status === undefined) return { kind: 'already_over' };

  const { finish, reason } = command;
  const refused = status === 'rejected' || command.next === 'start_over';
  tables.assignments.end({ assignmentId, status, finish, reason, accepted: refused ? false : null, endedAt: now });
  if (isAssignmentOver(status)) applyEvidence(tables, { ...command, task, assignment, quality: null });
  if (refused) tellEarning(tables, { ...command, task, assignment, accepted: false, quality: null, reward: 0n });
  if (command.next === 'start_over') dropAnswer(tables, task, assignment, command);
  goOn(tables, task, command);
  const after = tables.tasks.get(task.taskId) ?? task;
  if (command.next !== 'none') tellUpdated(tables, after, now);
  return { kind: 'ended', task: after };
}

/** Discards the answer so far: its earlier segments are rejected, and their nodes are notified. */
function dropAnswer(tables: Tables, task: TaskRecord, last: AssignmentRecord, command: EndAssignment): void {
  const reason = 'The answer was started over.';
  for (const assignment of tables.assignments.ofTask(task.taskId)) {
    if (assignment.assignmentId === last.assignmentId || !isPartOfAnswer(task, assignment)) continue;
    tables.assignments.end({
      ...assignment,
      status: isAssignmentOver(assignment.status) ? assignment.status : 'cancelled',
      reason,
      accepted: false,
      endedAt: command.now,
    });
    tellEarning(tables, { ...command, task, assignment, accepted: false, reason, quality: null, reward: 0n });
  }
}

function goOn(tables: Tables, task: TaskRecord, command: EndAssignment): void {
  tables.tasks.continueWith(task.taskId, {
    status: command.next === 'none' ? task.status : (moveTask(task.status, 'requeue') ?? task.status),
    attempts: command.next === 'start_over' ? 1 : 0,
    failures: command.failure ? 1 : 0,
  });
}
