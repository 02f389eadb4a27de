import type { Balances, EntryForAccount } from '#shared/domain/money/accountBook.ts';
import type { AssignmentEvent, Finish } from '#shared/domain/tasks/assignment.ts';
import type { MicroCredits } from '#shared/domain/money/credits.ts';
import type { QualityRecord } from '#shared/domain/tasks/quality.ts';
import type { TaskEvent } from '#shared/domain/tasks/task.ts';
import type { TaskView } from '#shared/domain/tasks/taskView.ts';
import type { SwarmEvent } from '#shared/protocol/events.ts';
import type {
  AccountRecord,
  AssignmentRecord,
  AuditLine,
  EmptyEnds,
  NodeRecord,
  SegmentText,
  TaskRecord,
} from './records.ts';

/** A durable event as it waits for its node. */
export interface StoredEvent {
  readonly seq: number;
  readonly at: number;
  readonly event: SwarmEvent;
}

export interface EnrolNode {
  readonly account: Pick<AccountRecord, 'accountId' | 'accountKey'>;
  readonly node: Pick<
    NodeRecord,
    'nodeId' | 'nodeKey' | 'name' | 'pseudonym' | 'addressPrefix' | 'hardwareFingerprint' | 'status'
  >;
  /** Granted once per account, from `issuance`; 0 for none. */
  readonly grant: MicroCredits;
  /** Nothing is granted when as many nodes of the same address prefix, or more, were enrolled since then. */
  readonly grantLimit?: { readonly enrolments: number; readonly since: number };
  readonly token: { readonly jti: string; readonly expires: number };
  readonly now: number;
}

export type NewTask = Omit<
  TaskRecord,
  | 'status'
  | 'billStatus'
  | 'cost'
  | 'fee'
  | 'attempt'
  | 'failures'
  | 'assignments'
  | 'finish'
  | 'partial'
  | 'quality'
  | 'reason'
  | 'unblockedAt'
  | 'assignedAt'
  | 'firstTokenAt'
  | 'finishedAt'
  | 'submission'
> & { readonly submission: NonNullable<TaskRecord['submission']> };

/** Where a task stands among those of its account. */
export interface TaskPlace {
  readonly createdAt: number;
  readonly taskId: string;
}

export type SubmitOutcome =
  | { kind: 'accepted'; task: TaskRecord }
  /** The same id and body were stored before: the answer is the same, nothing is held twice. */
  | { kind: 'known'; task: TaskRecord }
  | { kind: 'mismatch' }
  /** Somebody else's id; or, for a welcome task, this node or account had its own already. */
  | { kind: 'taken' }
  | { kind: 'insufficient'; balance: MicroCredits }
  | { kind: 'parent_unusable'; parentId: string };

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

export interface NewChunk {
  readonly assignmentId: string;
  /** Given with the first chunk. */
  readonly promptIds?: readonly number[];
  readonly from: number;
  readonly ids: readonly number[];
  readonly text: string;
  readonly chain: string;
  readonly signature: string;
  readonly now: number;
}

export type AppendOutcome =
  | { kind: 'stored'; stored: number }
  /** Already there, wholly or partly: nothing was written. What is beyond `stored` must be sent again from there. */
  | { kind: 'known'; stored: number }
  /** Leaves a gap: send again from `stored`. */
  | { kind: 'gap'; stored: number }
  /** The assignment is over. */
  | { kind: 'over'; stored: number };

/** How one assignment ends, and what its part of the answer is worth. */
export interface SegmentJudgement {
  readonly assignmentId: string;
  readonly event: AssignmentEvent;
  readonly finish: Finish | null;
  readonly accepted: boolean;
  /** Why it was not accepted, for its node; null otherwise. */
  readonly reason: string | null;
  readonly quality: QualityRecord | null;
  /** What it says about its node; `none` for welcome, own and team tasks, and for what the request provoked. */
  readonly evidence: { kind: 'settled'; onTime: boolean } | { kind: 'failed'; weight: number } | { kind: 'none' };
}

/** An assignment ends and its task goes on with another one. Nothing is paid yet. */
export interface EndAssignment {
  readonly assignmentId: string;
  readonly event: AssignmentEvent;
  readonly finish: Finish | null;
  readonly reason: string | null;
  /** Counts towards the three failures. */
  readonly failure: boolean;
  /** `requeue` keeps what is stored; `start_over` begins a new attempt and drops it; `none` leaves the task alone. */
  readonly next: 'requeue' | 'start_over' | 'none';
  readonly evidence: SegmentJudgement['evidence'];
  readonly now: number;
}

/** The end of a task: its bill is settled or refunded in the same transaction, exactly once. */
export interface FinishTask {
  readonly taskId: string;
  readonly event: Extract<TaskEvent, 'complete' | 'fail' | 'cancel' | 'expire'>;
  readonly finish: Finish | null;
  readonly partial: boolean;
  readonly quality: QualityRecord | null;
  readonly reason: string | null;
  /** Every assignment of the current attempt that stored something or was alive. */
  readonly segments: readonly SegmentJudgement[];
  /** A cancel after assignment owes at least the prompt price: to this assignment when nothing else was accepted. */
  readonly promptPriceTo: string | null;
  /** The request provoked an empty or repeating answer: it is kept, and costs the prompt price alone (rules 5.2). */
  readonly onlyPromptPrice?: boolean;
  readonly now: number;
}

export type FinishOutcome =
  | {
      kind: 'finished';
      task: TaskRecord;
      view: TaskView;
      text: string;
      cancelledDescendants: readonly string[];
      /** Tasks whose last parent this was: they are queued now. */
      unblocked: readonly string[];
    }
  /** It was over already; nothing moved. */
  | { kind: 'already_over'; task: TaskRecord };

/** Reputation, event rows and receipts of both sides are written inside these commands' own transactions. */
export interface CoordinatorStore {
  // Identity and enrolment
  enrolNode(command: EnrolNode): Promise<{ node: NodeRecord; granted: MicroCredits }>;
  saveToken(token: { jti: string; accountId: string; nodeId: string; expires: number }): Promise<void>;
  revokeToken(jti: string): Promise<boolean>;
  isTokenValid(jti: string, now: number): boolean;
  node(nodeId: string): NodeRecord | undefined;
  account(accountId: string): AccountRecord | undefined;
  audit(line: AuditLine): Promise<void>;

  // A task's life: each resolves after the commit that holds it (fsync)
  submitTask(task: NewTask, now: number): Promise<SubmitOutcome>;
  assignTask(
    assignment: NewAssignment,
  ): Promise<{ kind: 'assigned'; assignment: AssignmentRecord; task: TaskRecord } | { kind: 'conflict' }>;
  appendChunk(chunk: NewChunk): Promise<AppendOutcome>;
  endAssignment(command: EndAssignment): Promise<{ kind: 'ended'; task: TaskRecord } | { kind: 'already_over' }>;
  finishTask(command: FinishTask): Promise<FinishOutcome>;
  /** Pays the release of pending rewards that are due (public swarms). */
  releaseDue(now: number): Promise<number>;

  // Reading
  /** Whether this node, or this account in a public swarm, had its welcome task. */
  hasWelcome(guest: string): boolean;
  task(taskId: string): TaskRecord | undefined;
  view(taskId: string): TaskView | undefined;
  assignment(assignmentId: string): AssignmentRecord | undefined;
  assignmentsOf(taskId: string): readonly AssignmentRecord[];
  /** Stored ids and text of one assignment. */
  segment(assignmentId: string): SegmentText | undefined;
  /** Answer of the current attempt: accepted or still open segments in order. */
  answer(taskId: string): { attempt: number; ids: number[]; text: string; promptIds: number[] };
  /** Answer from token `from` on, for a requester that reconnects. */
  answerFrom(
    taskId: string,
    attempt: number,
    from: number,
  ): { attempt: number; from: number; tokens: number; text: string };
  /** Everything that is not over, for a restart. */
  openTasks(): TaskRecord[];
  /** An account's tasks, newest first, from behind `before` on. */
  tasksOf(accountId: string, page: { limit: number; before: TaskPlace | null }): TaskView[];
  balances(accountId: string): Balances;
  entries(accountId: string, after: number, limit: number): { entries: EntryForAccount[]; more: boolean };
  /** How a node ended its assignments before its last one without a token, if that was after `since`. */
  emptyEnds(nodeId: string, window: { readonly since: number; readonly ofLast: number }): EmptyEnds;

  // Durable events per node
  events(nodeId: string, after: number, limit: number): StoredEvent[];
  /** A node has everything up to here. Not told again in this life; after a kill it may be, until it says so again. */
  acknowledgeEvents(nodeId: string, upTo: number): void;
  announce(nodeId: string, event: SwarmEvent, now: number): Promise<void>;
  /** Called after each commit with the nodes that got new events. */
  onEvents(listener: (nodeIds: ReadonlySet<string>) => void): void;

  // Upkeep
  /** Deletes texts of tasks that ended before `before`; returns how many. */
  expireTexts(before: number): Promise<number>;
  forgetText(taskId: string): Promise<void>;
  /** Waits for what is queued, then closes. */
  close(): Promise<void>;
}
