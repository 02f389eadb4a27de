import type { Rows } from '#coordinator/books/Rows.ts';
import type { AssignmentRecord, StoredAssignment } from '#coordinator/books/records.ts';
import type { MicroCredits } from '#shared/domain/money/credits.ts';
import type { AssignmentStatus, Finish, RewardStatus } from '#shared/domain/tasks/assignment.ts';

/** How an assignment ended. */
export interface AssignmentEnd {
  readonly assignmentId: string;
  readonly status: AssignmentStatus;
  readonly finish: Finish | null;
  readonly reason: string | null;
  readonly accepted: boolean | null;
  /** UTC milliseconds; once set, it does not change. */
  readonly endedAt: number;
}

type AssignmentRows = Pick<Rows, 'assignments' | 'tasksOfAssignments'>;

/** Stored assignments, by task. */
export class Assignments {
  readonly #rows: AssignmentRows;

  constructor(rows: AssignmentRows) {
    this.#rows = rows;
  }

  get(assignmentId: string): StoredAssignment | undefined {
    const taskId = this.#rows.tasksOfAssignments.get(assignmentId);
    return taskId === undefined ? undefined : this.ofTask(taskId).find((each) => each.assignmentId === assignmentId);
  }

  /** In order of position in the answer, not of time alone, since the clock may have been set back in between. */
  ofTask(taskId: string): readonly StoredAssignment[] {
    return this.#rows.assignments.get(taskId) ?? [];
  }

  /** Records that a new task has no assignments, so that none are loaded. */
  expect(taskId: string): void {
    this.#rows.assignments.insert(taskId, []);
  }

  insert(assignment: AssignmentRecord): void {
    const { assignmentId, taskId } = assignment;
    this.#rows.tasksOfAssignments.insert(assignmentId, taskId);
    this.#rows.assignments.set(taskId, inOrder([...this.ofTask(taskId), { ...assignment, settled: null }]));
  }

  /** Records that more of the answer is stored. */
  stored(assignmentId: string, stored: number, chain: string, signature: string): void {
    this.#change(assignmentId, (each) => ({ ...each, stored, chain, lastSignature: signature }));
  }

  end({ assignmentId, status, finish, reason, accepted, endedAt }: AssignmentEnd): void {
    this.#change(assignmentId, (each) => ({
      ...each,
      status,
      finish,
      reason,
      accepted,
      endedAt: each.endedAt ?? endedAt,
    }));
  }

  /** Records an assignment's reward, and its number among its node's settled pieces of work. */
  reward(
    assignmentId: string,
    reward: MicroCredits,
    status: RewardStatus,
    place: { at: number; number: number },
  ): void {
    this.#change(assignmentId, (each) => ({ ...each, reward, settled: { status, ...place } }));
  }

  /** Records that a pending reward was paid out. */
  released(taskId: string, assignmentId: string): void {
    this.#changeOf(taskId, assignmentId, (each) =>
      each.settled === null ? each : { ...each, settled: { ...each.settled, status: 'released' } },
    );
  }

  #change(assignmentId: string, change: (assignment: StoredAssignment) => StoredAssignment): void {
    const taskId = this.#rows.tasksOfAssignments.get(assignmentId);
    if (taskId !== undefined) this.#changeOf(taskId, assignmentId, change);
  }

  #changeOf(taskId: string, assignmentId: string, change: (assignment: StoredAssignment) => StoredAssignment): void {
    this.#rows.assignments.change(taskId, (all) =>
      all.map((each) => (each.assignmentId === assignmentId ? change(each) : each)),
    );
  }
}

/** Assignments of a task by their position in the answer, then by time. */
export function inOrder(assignments: readonly StoredAssignment[]): StoredAssignment[] {
  return assignments.toSorted(
    (a, b) => a.attempt - b.attempt || a.startIndex - b.startIndex || a.assignedAt - b.assignedAt,
  );
}
