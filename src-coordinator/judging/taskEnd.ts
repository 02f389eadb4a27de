import type { Finish } from '#shared/domain/tasks/assignment.ts';
import type { QualityRecord } from '#shared/domain/tasks/quality.ts';
import type { TaskEvent } from '#shared/domain/tasks/task.ts';
import type { CurrentEnd } from './segments.ts';

/** How a task ends. */
export interface TaskEnd {
  readonly event: Extract<TaskEvent, 'complete' | 'fail' | 'cancel' | 'expire'>;
  readonly finish: Finish | null;
  readonly partial: boolean;
  readonly quality: QualityRecord | null;
  readonly reason: string | null;
  /** How the run that is still alive ends with it; null when there is none. */
  readonly current: CurrentEnd | null;
  /** The assignment that is owed the prompt price even if none of its tokens is accepted. */
  readonly promptPriceTo?: string;
  /** Only the prompt is charged: the request provoked the answer (rules 5.2). */
  readonly onlyPromptPrice?: boolean;
  /** What the node that still runs it is told. */
  readonly stop?: 'cancelled' | 'superseded' | 'expired';
}
