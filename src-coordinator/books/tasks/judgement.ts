import type { AssignmentEvent, Finish } from '#shared/domain/tasks/assignment.ts';
import type { QualityRecord } from '#shared/domain/tasks/quality.ts';

/** How one assignment ends, and the verdict on its part of the answer. */
export interface SegmentJudgement {
  readonly assignmentId: string;
  readonly event: AssignmentEvent;
  readonly finish: Finish | null;
  readonly accepted: boolean;
  /** Why it was not accepted, for its node; null otherwise. */
  readonly reason: string | null;
  readonly quality: QualityRecord | null;
  /** Evidence about its node; `none` for welcome, own and team tasks, and for answers that the request provoked. */
  readonly evidence: { kind: 'settled'; onTime: boolean } | { kind: 'failed'; weight: number } | { kind: 'none' };
}

/** Ends an assignment of which nothing was judged, so that none stays open after its task; it is not paid. */
export function unjudgedSegment(assignmentId: string): SegmentJudgement {
  return {
    assignmentId,
    event: 'cancel',
    finish: null,
    accepted: false,
    reason: 'The task ended.',
    quality: null,
    evidence: { kind: 'none' },
  };
}

/** The verdict that ends a task. */
export interface TaskJudgement {
  readonly finish: Finish | null;
  readonly partial: boolean;
  readonly quality: QualityRecord | null;
  readonly reason: string | null;
  /** Every assignment of the current attempt that stored tokens or was still running. */
  readonly segments: readonly SegmentJudgement[];
  /** Assignment that gets the prompt price when nothing was accepted, since a cancellation after assignment owes at least that. */
  readonly promptPriceTo: string | null;
  /** The request provoked an empty or repeating answer: it is kept, and costs only the prompt price (rules 5.2). */
  readonly onlyPromptPrice?: boolean;
  /** UTC milliseconds. */
  readonly now: number;
}
