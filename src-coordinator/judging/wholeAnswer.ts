import type { Finish } from '#shared/domain/tasks/assignment.ts';
import type { QualityRecord } from '#shared/domain/tasks/quality.ts';
import { judgeAnswer } from './quality/judgeAnswer.ts';
import type { Submission } from '#shared/domain/tasks/task.ts';
import type { SegmentJudgement } from '#coordinator/books/judgement.ts';
import { refusal, type RunEnd } from './runEnd.ts';
import type { TaskEnd } from './taskEnd.ts';

/** What becomes of a whole answer. */
export type Judgement =
  | { readonly kind: 'refused'; readonly end: RunEnd }
  | {
      readonly kind: 'accepted';
      readonly quality: QualityRecord;
      /** Why only the prompt is paid: the second odd answer, which the request provoked; null otherwise. */
      readonly provoked: string | null;
    };

/**
 * Judges a whole answer that passed the hard checks, whether its node delivered it or was lost before it could (rules 5.2).
 * `parses` is what a `CodeParser` found about its code; null when it found nothing out. Pure.
 */
export function judgeWhole(
  task: { readonly submission: Submission; readonly oddBefore: boolean },
  answer: { readonly text: string; readonly finish: Finish },
  parses: boolean | null,
): Judgement {
  const { record, oddity, invalidJson } = judgeAnswer(task.submission, answer, parses);
  if (invalidJson) return { kind: 'refused', end: refusal('The answer is not valid JSON, which the task asked for.') };
  if (oddity === null) return { kind: 'accepted', quality: record, provoked: null };
  if (task.oddBefore) {
    return {
      kind: 'accepted',
      quality: record,
      provoked: `The answer was ${oddity} twice; only the prompt is charged.`,
    };
  }
  const reason = `The answer was ${oddity}; the task is retried once.`;
  const end: RunEnd = { event: 'reject', finish: answer.finish, reason, failure: false, weight: 0, odd: true };
  return { kind: 'refused', end };
}

/** How a task ends with a whole answer that was accepted. Pure. */
export function completionOf(
  assignmentId: string,
  { quality, provoked }: Extract<Judgement, { kind: 'accepted' }>,
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

/** A stored answer, as far as its end can be told from it. */
export interface StoredAnswer {
  /** Place in the answer of the first token of the last segment. */
  readonly startIndex: number;
  /** Tokens of the last segment that are stored, and the last of their ids. */
  readonly stored: number;
  readonly lastId: number | null;
  readonly eogIds: readonly number[];
  readonly maxTokens: number;
}

/** How a stored answer ended, or null when it is not whole: the model did not end it and the limit is not reached. Pure. */
export function storedFinish(answer: StoredAnswer): 'eog' | 'length' | null {
  if (answer.stored === 0) return null;
  if (answer.lastId !== null && answer.eogIds.includes(answer.lastId)) return 'eog';
  return answer.startIndex + answer.stored >= answer.maxTokens ? 'length' : null;
}
