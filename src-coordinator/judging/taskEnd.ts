import type { Finish } from '#shared/domain/tasks/assignment.ts';
import type { QualityRecord } from '#shared/domain/tasks/quality.ts';
import type { TaskEvent } from '#shared/domain/tasks/task.ts';
import type { SegmentJudgement } from '#coordinator/books/tasks/judgement.ts';

/** The end of a task: outcome, judgement and payment. */
export interface TaskEnd {
  readonly event: Extract<TaskEvent, 'complete' | 'fail' | 'cancel' | 'expire'>;
  readonly finish: Finish | null;
  readonly partial: boolean;
  readonly quality: QualityRecord | null;
  readonly reason: string | null;
  /** The end of the live run; null if there is no live run. */
  readonly current: SegmentJudgement | null;
  /** The assignment that gets the prompt price even if none of its tokens is accepted. */
  readonly promptPriceTo?: string;
  /** True if only the prompt is charged, because the request provoked the answer (rules 5.2). */
  readonly onlyPromptPrice?: boolean;
  /** The reason sent to the node of the live run. */
  readonly stop?: 'cancelled' | 'superseded' | 'expired';
}
