import type { ModelShape } from '#shared/domain/models/model.ts';
import type { Submission } from '#shared/domain/tasks/task.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { z } from 'zod';
import type { AssignmentRecord, TaskRecord } from '#coordinator/books/records.ts';

/** What a task is doing right now; its stored status is in `record`. */
export type TaskPhase = 'blocked' | 'waiting' | 'offering' | 'running' | 'over';

/** A running assignment as it is known in memory. */
export interface LiveRun {
  readonly assignment: AssignmentRecord;
  shape: z.infer<typeof ModelShape>;
  /** Ids of the answer that earlier assignments delivered. */
  readonly prefixIds: readonly number[];
  promptIds: readonly number[] | null;
  /** Ids taken in and checked; `stored` of them are safe. */
  count: number;
  stored: number;
  textBytes: number;
  lastId: number | null;
  /** Head of the chain after `count` ids, and the signature of the chunk that ended there. */
  head: string | null;
  signature: string | null;
  /** Settles when everything taken in is stored. */
  writing: Promise<void>;
  /** Monotonic milliseconds. */
  leaseUntil: number;
  lastChunkAt: number;
  /** The lease is over or the link is gone: another node may take the task. */
  lapsed: boolean;
  /** Its node has the text: it said so, sent something or renewed. From then on a cancel owes the prompt (rules 6.4). */
  taken: boolean;
  /** Nothing more is taken in. */
  ended: boolean;
  timer: Timer | null;
  stallTimer: Timer | null;
}

/** Monotonic milliseconds; `times` counts refusals in a row. */
export interface CoolDown {
  readonly at: number;
  readonly until: number;
  readonly times: number;
}

/** A task that is not over. */
export interface LiveTask {
  record: TaskRecord;
  readonly submission: Submission;
  /** Monotonic milliseconds. */
  deadline: number;
  readonly acceptedAt: number;
  phase: TaskPhase;
  /** Once a token is stored the model is fixed (rules 4.10). */
  fixedDigest: string | null;
  promptIds: readonly number[] | null;
  /** Tokens of prompt, template and answer that a model's context must hold. */
  neededContext: number;
  /** Nodes that failed it: asked again only when nobody else can. */
  readonly failedBy: Set<string>;
  /** Nodes whose answer was refused: not asked again in a public swarm. */
  readonly refusedBy: Set<string>;
  /** Nodes that declined, did not answer or lost it: not asked again for a while, unless they change. */
  readonly coolDown: Map<string, CoolDown>;
  run: LiveRun | null;
  /** An empty, repeating or copied answer was tried again already. */
  oddBefore: boolean;
  waitReason: string | null;
  deadlineTimer: Timer | null;
  retryTimer: Timer | null;
  /** The end of the last step; see `inTurn`. */
  turn: Promise<void>;
}

/** Runs the steps of one task one after the other. A step that throws does not stop the next. */
export function inTurn<T>(task: LiveTask, step: () => Promise<T>): Promise<T> {
  const result = task.turn.then(step);
  task.turn = result.then(
    () => undefined,
    () => undefined,
  );
  return result;
}

/** A step that failed for a reason outside of the task (a full disk) is tried again after this long. */
const stepAgainMs = 1000;

/** Runs a step in turn without anybody waiting for it: a failure is logged, and the step is tried again. */
export function stepSoon(
  task: LiveTask,
  needs: { readonly clock: Clock; readonly logger: Logger },
  step: () => Promise<unknown>,
): void {
  inTurn(task, async () => {
    if (task.phase !== 'over') await step();
  }).catch((error: unknown) => {
    needs.logger.error('A step of a task failed', { task_id: task.record.taskId, error: String(error) });
    needs.clock.setTimer(stepAgainMs, () => stepSoon(task, needs, step));
  });
}
