import { isAssignmentOver } from '#shared/domain/tasks/assignment.ts';
import { priceTable } from '#shared/domain/money/prices.ts';
import { reaches } from '#shared/domain/swarm/reputationLevel.ts';
import { moveTask } from '#shared/domain/tasks/task.ts';
import type { Command } from '#coordinator/books/Books.ts';
import type { AssignmentRecord, TaskRecord } from '#coordinator/books/records.ts';
import type { Tables } from '#coordinator/books/Tables.ts';
import { storedTokens } from '#coordinator/books/tasks/taskView.ts';
import { tellUpdated } from '#coordinator/books/events/tell.ts';

export type AssignOutcome = { kind: 'assigned'; assignment: AssignmentRecord; task: TaskRecord } | { kind: 'conflict' };

export type NewAssignment = Omit<
  AssignmentRecord,
  | 'status'
  | 'stored'
  | 'chain'
  | 'lastSignature'
  | 'finish'
  | 'reason'
  | 'accepted'
  | 'endedAt'
  | 'reward'
  | 'attempt'
  | 'startIndex'
>;

/** Gives a task to a node, from where the stored answer ends. The same assignment again gives the same outcome. */
export function assignTask(assignment: NewAssignment): Command<AssignOutcome> {
  const { assignmentId, taskId, nodeId } = assignment;
  return {
    kind: 'assignTask',
    input: assignment,
    rows: { tasksOfAssignments: [assignmentId], tasks: [taskId], assignments: [taskId], nodes: [nodeId] },
    rule: (tables) => assign(tables, assignment),
  };
}

function assign(tables: Tables, command: NewAssignment): AssignOutcome {
  const earlier = tables.assignments.get(command.assignmentId);
  if (earlier !== undefined) {
    const same = earlier.taskId === command.taskId && earlier.nodeId === command.nodeId;
    const known = same ? tables.tasks.get(command.taskId) : undefined;
    return known === undefined ? { kind: 'conflict' } : { kind: 'assigned', assignment: earlier, task: known };
  }
  const task = tables.tasks.get(command.taskId);
  if (task === undefined || !isCovered(task, command)) return { kind: 'conflict' };
  const node = tables.nodes.get(command.nodeId);
  if (node?.accountId !== command.accountId || node.status !== 'approved') return { kind: 'conflict' };
  const others = tables.assignments.ofTask(task.taskId);
  const isWork = command.kind === 'work';
  if (isWork && (moveTask(task.status, 'assign') === undefined || others.some(isAtWork))) return { kind: 'conflict' };

  const assignment = newRecord(command, task.attempt, isWork ? storedTokens(task, others) : 0);
  tables.assignments.insert(assignment);
  if (isWork) {
    const { assignedAt } = command;
    tables.tasks.assigned(task.taskId, assignedAt);
    const after = { ...task, status: 'running', reason: null, assignedAt: task.assignedAt ?? assignedAt } as const;
    tellUpdated(tables, after, assignedAt, [...others, assignment]);
  }
  return { kind: 'assigned', assignment, task: tables.tasks.get(task.taskId) ?? task };
}

/** An assignment as it is right after it was stored. */
function newRecord(command: NewAssignment, attempt: number, startIndex: number): AssignmentRecord {
  return {
    ...command,
    attempt,
    startIndex,
    status: 'running',
    stored: 0,
    chain: null,
    lastSignature: null,
    finish: null,
    reason: null,
    accepted: null,
    endedAt: null,
    reward: 0n,
  };
}

/** Two nodes never write the same positions of an answer: the earlier one ends before the next begins. */
function isAtWork(assignment: AssignmentRecord): boolean {
  return assignment.kind === 'work' && !isAssignmentOver(assignment.status);
}

/** The hold covers this node's level and model, and the task is open to it. */
function isCovered(task: TaskRecord, command: NewAssignment): boolean {
  const price = priceTable.basePer1000;
  return (
    reaches(task.highestLevel, command.level) &&
    price[command.sizeClass] <= price[task.largestSize] &&
    (task.onlyNodeId === null || task.onlyNodeId === command.nodeId)
  );
}
