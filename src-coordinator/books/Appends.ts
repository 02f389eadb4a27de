import type { EventBody } from './events/EventBody.ts';
import type { Leg, NewEntry } from './money/entry.ts';
import type { AuditLine } from './records.ts';

/** Records that rules write and never read again. All are undone with the command that wrote them. */
export interface Appends {
  /** One edge of the graph of tasks; `place` is the parent's index among the task's parents. */
  parent(edge: { readonly taskId: string; readonly place: number; readonly parentId: string }): void;
  /** The time when a task ended (UTC milliseconds), from which the retention of its texts counts. */
  textEnded(taskId: string, at: number): void;
  /** Token ids of the prompt as a node tokenised it; the ids stored first are kept. */
  prompt(assignmentId: string, ids: readonly number[]): void;
  /** The next chunk of an assignment's answer. `start` is the number of its tokens so far. */
  chunk(chunk: {
    readonly assignmentId: string;
    readonly start: number;
    readonly ids: readonly number[];
    readonly text: string;
  }): void;
  /** Deletes prompts and chunks of a task. */
  answerDeleted(taskId: string, assignmentIds: readonly string[]): void;
  /** An entry of the journal with its legs. */
  entry(entry: NewEntry & { readonly entryId: number; readonly hash: Uint8Array }, legs: readonly Leg[]): void;
  /** The signed tree over the receipts of one commit. */
  commit(commit: NewCommit): void;
  /** Events of one stream from one commit, in order. */
  events(stream: string, events: readonly NumberedEvent[]): void;
  /** Events of a stream up to number `upTo` need not be kept any longer. */
  eventsDelivered(stream: string, upTo: number): void;
  /** One step in the history of a node's reputation. */
  reputationChange(change: {
    readonly nodeId: string;
    readonly assignmentId: string;
    readonly at: number;
    readonly formula: number;
    readonly kind: string;
    readonly score: number;
    readonly level: string;
  }): void;
  auditLine(line: AuditLine & { readonly lineId: number; readonly hash: Uint8Array }): void;
}

/** A commit of receipts as it is stored. */
export interface NewCommit {
  readonly commitId: number;
  /** Hash chain of the journal that its entries belong to. */
  readonly chain: number;
  /** Number of receipts. */
  readonly entries: number;
  /** Hashes of the tree, 32 bytes each: the leaves in order, then each level above, the root last. */
  readonly tree: Uint8Array;
  readonly signature: string;
}

/** An event with its number, before its text or receipt is added. */
export interface NumberedEvent {
  readonly seq: number;
  /** UTC milliseconds. */
  readonly at: number;
  readonly body: EventBody;
}
