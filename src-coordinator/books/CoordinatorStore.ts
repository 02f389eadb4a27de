import type { Balances, EntryForAccount } from '#shared/domain/money/accountBook.ts';
import type { MicroCredits } from '#shared/domain/money/credits.ts';
import type { TaskView } from '#shared/domain/tasks/taskView.ts';
import type { SwarmEvent } from '#shared/protocol/events.ts';
import { announce } from './commands/announce.ts';
import { type AppendOutcome, type NewChunk, appendChunk } from './commands/appendChunk.ts';
import { type NewAssignment, assignTask } from './commands/assignTask.ts';
import { type EndAssignment, endAssignment } from './commands/endAssignment.ts';
import { type EnrolNode, enrolNode } from './commands/enrolNode.ts';
import { type FinishOutcome, type FinishTask, finishTask } from './commands/finishTask.ts';
import { expireTexts, forgetText } from './commands/forgetText.ts';
import { recordAudit } from './commands/recordAudit.ts';
import { releaseDue } from './commands/releaseDue.ts';
import { type SubmitOutcome, submitTask } from './commands/submitTask.ts';
import { revokeToken, saveToken } from './commands/tokens.ts';
import type { Queries, StoredEvent, TaskPlace } from './Queries.ts';
import type {
  AccountRecord,
  AssignmentRecord,
  AuditLine,
  EmptyEnds,
  NewTask,
  NodeRecord,
  SegmentText,
  TaskRecord,
} from './records.ts';
import type { Storage } from '#coordinator/storage/Storage.ts';

export type { AppendOutcome, EndAssignment, EnrolNode, FinishOutcome, FinishTask, NewAssignment, NewChunk };
export type { NewTask, StoredEvent, SubmitOutcome, TaskPlace };
export type { SegmentJudgement } from './judgement.ts';

/** The same reads, answered at once: only for rooms that do not use `Queries` yet. */
export type DirectReads = {
  readonly [K in keyof Queries]: (...given: Parameters<Queries[K]>) => Awaited<ReturnType<Queries[K]>>;
};

/** A storage with direct reads. */
export type DirectStorage = Storage & { readonly reads: DirectReads };

/** The former interface over a storage: only for rooms that do not use `Books` and `Queries` yet. */
export function storeOver(storage: DirectStorage): CoordinatorStore {
  const { books, events, reads } = storage;
  return {
    ...reads,
    enrolNode: (command) => books.run(enrolNode(command)),
    saveToken: (token) => books.run(saveToken(token)),
    revokeToken: (jti) => books.run(revokeToken(jti)),
    audit: (line) => books.run(recordAudit(line)),
    submitTask: (task, now) => books.run(submitTask(task, now)),
    assignTask: (assignment) => books.run(assignTask(assignment)),
    appendChunk: (chunk) => books.run(appendChunk(chunk)),
    endAssignment: (command) => books.run(endAssignment(command)),
    finishTask: (command) => books.run(finishTask(command)),
    releaseDue: (now) => untilNone(() => books.run(releaseDue(now))),
    acknowledgeEvents: (nodeId, upTo) => events.acknowledgeEvents(nodeId, upTo),
    onEvents: (listener) => events.onEvents(listener),
    announce: (nodeId, event, now) => books.run(announce(nodeId, event, now)),
    expireTexts: (before) => untilNone(() => books.run(expireTexts(before))),
    forgetText: (taskId) => books.run(forgetText(taskId)),
    close: () => storage.close(),
  };
}

/** Takes step after step until one finds nothing more to do; returns how much all did. */
async function untilNone(step: () => Promise<number>): Promise<number> {
  let done = 0;
  for (let some = await step(); some > 0; some = await step()) done += some;
  return done;
}

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
