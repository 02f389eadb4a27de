import type { Finish } from '#shared/domain/tasks/assignment.ts';
import type { GiveUpReason, TaskAssign, TaskResult } from '#shared/protocol/working.ts';
import type { z } from 'zod';
import type { RunEnvironment } from './environmentOf.ts';

export type Assign = z.output<typeof TaskAssign>;
export type ResultTimings = z.infer<typeof TaskResult>['timings'];

/** Why a run was stopped from outside. */
export type StopCause = 'yielded' | 'cancelled' | 'superseded' | 'expired';

/** The end of a run. */
export interface RunEnd {
  readonly outcome:
    | { readonly kind: 'delivered'; readonly finish: Finish; readonly count: number }
    | { readonly kind: 'gave_up'; readonly reason: z.infer<typeof GiveUpReason>; readonly promptTokens?: number };
  /** A sentence for people when something went wrong. */
  readonly detail: string | null;
  readonly environment: RunEnvironment;
  readonly promptIds: readonly number[];
  readonly timings: ResultTimings;
}

/** An assignment that runs. */
export interface RunningAssignment {
  readonly assign: Assign;
  readonly modelName: string;
  readonly startedAt: number;
  readonly controller: AbortController;
  stopCause: StopCause | null;
  /** Ids stored here. */
  count: number;
  firstTokenAt: number | null;
  lastTokenAt: number | null;
  /** The last characters of the answer; empty where they must not be shown. */
  tail: string;
  /** Resolves when the end is stored. */
  readonly over: Promise<void>;
}
