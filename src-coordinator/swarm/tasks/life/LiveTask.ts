import type { ModelShape } from '#shared/domain/models/model.ts';
import type { Submission } from '#shared/domain/tasks/task.ts';
import type { z } from 'zod';
import type { AssignmentRecord, TaskRecord } from '#coordinator/books/records.ts';

/** Tokens that a model's chat template may add to a prompt (rules 4.7). */
export const templateTokens = 64;

/** How far the tokens of a run have been received and checked; all but the last few of them are stored. */
export interface ReceivedTokens {
  readonly count: number;
  /** UTF-8 bytes of their text. */
  readonly textBytes: number;
  readonly lastId: number | null;
  /** Head of the signature chain after `count` ids; null before the prompt's ids are known. */
  readonly head: string | null;
  /** Signature of the chunk that ends at `count`. */
  readonly signature: string | null;
}

/** A running assignment: a snapshot that never changes. */
export interface LiveRun {
  readonly assignment: AssignmentRecord;
  /** Public key of its node, which signs the chunks. */
  readonly nodeKey: string;
  readonly shape: z.infer<typeof ModelShape>;
  /** Ids of the answer that earlier assignments delivered. */
  readonly prefixIds: readonly number[];
  /** Null until the first chunk brings them. */
  readonly promptIds: readonly number[] | null;
  readonly received: ReceivedTokens;
  /** Tokens that are on the disk. */
  readonly stored: number;
  /** The lease lapsed or the link closed: another node may take the task. */
  readonly lapsed: boolean;
  /** The node has the text: it acknowledged it, sent a chunk or renewed. From then on a cancel owes the prompt (rules 6.4). */
  readonly taken: boolean;
  /** Its end is being written: no more chunks are received. */
  readonly sealed: boolean;
  /** It was running when this process started, and its node has not come back yet. */
  readonly recovered: boolean;
}

/** Start and end of a node's cool-down in monotonic milliseconds; it also ends when the node changes. */
export interface CoolDown {
  readonly at: number;
  readonly until: number;
}

/** A task that is not over: a snapshot that never changes. `TaskLife` makes the next one. */
export interface LiveTask {
  /** As it was stored last. */
  readonly record: TaskRecord;
  readonly submission: Submission;
  /** Monotonic milliseconds, as is `deadline`. */
  readonly acceptedAt: number;
  readonly deadline: number;
  /** The only model that may go on with the answer, once a token is stored (rules 4.7); null for any. */
  readonly fixedDigest: string | null;
  /** Tokens of prompt, template and answer that a model's context must hold. */
  readonly neededContext: number;
  /** Nodes that failed it: asked again only when nobody else can. */
  readonly failedBy: ReadonlySet<string>;
  /** Nodes whose answer was refused: not asked again in a public swarm. */
  readonly refusedBy: ReadonlySet<string>;
  /** Nodes that lost it or gave it back a moment ago. */
  readonly coolDown: ReadonlyMap<string, CoolDown>;
  /** An empty, repeating or copied answer was retried already. */
  readonly oddBefore: boolean;
  /** By assignment. One does the work; a verifier and a reviewer may run beside it. */
  readonly runs: ReadonlyMap<string, LiveRun>;
}

/** The run that writes the answer, or null while none does. */
export function workRun(task: Pick<LiveTask, 'runs'>): LiveRun | null {
  for (const run of task.runs.values()) if (run.assignment.kind === 'work') return run;
  return null;
}

/** Makes the live form of a stored task. */
export function createLiveTask(
  record: TaskRecord,
  submission: Submission,
  times: Pick<LiveTask, 'acceptedAt' | 'deadline'>,
): LiveTask {
  return {
    record,
    submission,
    ...times,
    fixedDigest: null,
    neededContext: contextBefore(record),
    failedBy: new Set(),
    refusedBy: new Set(),
    coolDown: new Map(),
    oddBefore: false,
    runs: new Map(),
  };
}

/** Context that a task needs before its prompt was tokenised: a token is at least one byte. */
export function contextBefore(record: Pick<TaskRecord, 'promptBytes' | 'maxTokens'>): number {
  return record.promptBytes + templateTokens + record.maxTokens;
}
