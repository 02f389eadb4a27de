import type { Finish } from '#shared/domain/tasks/assignment.ts';
import type { QualityRecord } from '#shared/domain/tasks/quality.ts';
import { judgeAnswer } from './quality/judgeAnswer.ts';
import type { LiveRun, LiveTask } from '#coordinator/swarm/tasks/LiveTask.ts';
import type { SegmentJudgement } from '#coordinator/books/CoordinatorStore.ts';
import { refusal, type RunEnd } from './runEnd.ts';
import type { TaskEnd } from '#coordinator/swarm/tasks/TaskCloser.ts';

/** What becomes of a whole answer. */
export type WholeVerdict =
  | { readonly kind: 'refused'; readonly end: RunEnd }
  | {
      readonly kind: 'taken';
      readonly quality: QualityRecord;
      /** Why only the prompt is paid: the second odd answer, which the request provoked; null otherwise. */
      readonly provoked: string | null;
    };

/**
 * Judges a whole answer that passed the hard checks, whether its node said its end or was lost before (rules 5.2). `parses`
 * is what a `CodeParser` said of its code. Pure.
 */
export function judgeWhole(
  task: Pick<LiveTask, 'submission' | 'oddBefore'>,
  answer: { readonly text: string; readonly finish: Finish },
  parses: boolean | null,
): WholeVerdict {
  const { record, oddity, invalidJson } = judgeAnswer(task.submission, answer, parses);
  if (invalidJson) return { kind: 'refused', end: refusal('It is not the JSON that was asked for.') };
  if (oddity === null) return { kind: 'taken', quality: record, provoked: null };
  if (task.oddBefore) {
    return { kind: 'taken', quality: record, provoked: `The answer was ${oddity} twice; only the prompt is charged.` };
  }
  const reason = `The answer was ${oddity}; it is tried once more.`;
  const end: RunEnd = { event: 'reject', finish: answer.finish, reason, failure: false, weight: 0, odd: true };
  return { kind: 'refused', end };
}

/** How a task ends with a whole answer that was taken. Pure. */
export function completionOf(
  assignmentId: string,
  { quality, provoked }: Extract<WholeVerdict, { kind: 'taken' }>,
  { finish, evidence }: { readonly finish: Finish; readonly evidence: SegmentJudgement['evidence'] },
): TaskEnd {
  return {
    event: 'complete',
    finish,
    partial: false,
    quality,
    reason: provoked,
    current: {
      assignmentId,
      event: 'accept',
      finish,
      accepted: true,
      reason: null,
      quality,
      // What the request provoked touches nobody's reputation.
      evidence: provoked === null ? evidence : { kind: 'none' },
    },
    ...(provoked === null ? {} : { promptPriceTo: assignmentId, onlyPromptPrice: true }),
  };
}

/** How a stored answer ends: null when something is missing, for the model did not end it and its limit is not reached. */
export function storedFinish(task: Pick<LiveTask, 'record'>, run: LiveRun): 'eog' | 'length' | null {
  if (run.stored === 0) return null;
  if (run.lastId !== null && run.shape.eogIds.includes(run.lastId)) return 'eog';
  return run.assignment.startIndex + run.stored >= task.record.maxTokens ? 'length' : null;
}
