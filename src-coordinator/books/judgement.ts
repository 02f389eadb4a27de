import type { AssignmentEvent, Finish } from '#shared/domain/tasks/assignment.ts';
import type { QualityRecord } from '#shared/domain/tasks/quality.ts';

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
