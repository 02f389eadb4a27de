import type { Balances, EntryForAccount } from '#shared/domain/money/accountBook.ts';
import type { TaskView } from '#shared/domain/tasks/taskView.ts';
import type { SwarmEvent } from '#shared/protocol/events.ts';
import type { Answer, AnswerPart } from './tasks/readAnswer.ts';
import type { AccountRecord, AssignmentRecord, EmptyEnds, NodeRecord, SegmentText, TaskRecord } from './records.ts';

/** A durable event that waits for its receiver. */
export interface StoredEvent {
  readonly seq: number;
  /** UTC milliseconds. */
  readonly at: number;
  readonly event: SwarmEvent;
}

/** Position of a task in the list of its account's tasks. */
export interface TaskPlace {
  readonly createdAt: number;
  readonly taskId: string;
}

/** Queries over committed data, for the swarm's rooms, views and REST. Each may be answered by another machine and take a while. */
export interface Queries {
  node(nodeId: string): Promise<NodeRecord | undefined>;
  account(accountId: string): Promise<AccountRecord | undefined>;
  /** `now` in UTC milliseconds. */
  isTokenValid(jti: string, now: number): Promise<boolean>;
  /** Whether this node, or this account in a public swarm, has had its welcome task. */
  hasWelcome(guest: string): Promise<boolean>;

  /** The task, with its text while that is kept. */
  task(taskId: string): Promise<TaskRecord | undefined>;
  /** The requester's view of a task. */
  view(taskId: string): Promise<TaskView | undefined>;
  /** All tasks that are not over, oldest first, with their texts, for a restart. */
  openTasks(): Promise<TaskRecord[]>;
  /** An account's tasks, newest first, starting after `before`. */
  tasksOf(accountId: string, page: { limit: number; before: TaskPlace | null }): Promise<TaskView[]>;

  assignment(assignmentId: string): Promise<AssignmentRecord | undefined>;
  /** All assignments of a task, in the order of their places in the answer. */
  assignmentsOf(taskId: string): Promise<readonly AssignmentRecord[]>;
  /** How a node ended its assignments up to its last one without a token, if that was after `since`. */
  emptyEnds(nodeId: string, window: { readonly since: number; readonly ofLast: number }): Promise<EmptyEnds>;

  /** Stored ids and text of one assignment. */
  segment(assignmentId: string): Promise<SegmentText | undefined>;
  /** Answer of the current attempt: accepted or still open segments in order. */
  answer(taskId: string): Promise<Answer>;
  /** Answer from token `from` on, for a requester that reconnects; from the beginning when `attempt` is not the current one. */
  answerFrom(taskId: string, attempt: number, from: number): Promise<AnswerPart>;

  balances(accountId: string): Promise<Balances>;
  /** An account's entries after the one with number `after`, oldest first. */
  entries(
    accountId: string,
    after: number,
    limit: number,
  ): Promise<{ readonly entries: EntryForAccount[]; readonly more: boolean }>;

  /** Durable events of a stream after number `after`, in order: at most `limit`, and fewer when they carry much text. */
  events(stream: string, after: number, limit: number): Promise<StoredEvent[]>;
}
