import type { Finish } from '#shared/domain/tasks/assignment.ts';
import type { QualityRecord } from '#shared/domain/tasks/quality.ts';
import { judgeAnswer } from './quality/judgeAnswer.ts';
import type { Submission } from '#shared/domain/tasks/task.ts';
import type { SegmentJudgement } from '#coordinator/books/tasks/judgement.ts';
import { refusal, type RunEnd } from './runEnd.ts';
import type { TaskEnd } from './taskEnd.ts';

/** The verdict on a whole answer. */
export type Judgement =
  | { readonly kind: 'refused'; readonly end: RunEnd }
  | {
      readonly kind: 'accepted';
      readonly quality: QualityRecord;
      /** The reason why only the prompt is paid: a second odd answer, which the request provoked. Null otherwise. */
      readonly provoked: string | null;
    };

/**
 * Judges a whole answer that passed the hard checks, whether its node delivered it or was lost first (rules 5.2). `parses` is
 * the verdict of a `CodeParser`, null without one. Pure.
 */
export function judgeWhole(
  task: { readonly submission: Submission; readonly oddBefore: boolean },
  answer: { readonly text: string; readonly finish: Finish },
  parses: boolean | null,
): Judgement {
  const { record, oddity, invalidJson } = judgeAnswer(task.submission, answer, parses);
  if (invalidJson)
    return { kind: 'refused', end: refusal('The task asked for JSON, but the answer is not valid JSON.') };
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

/** The end of a task whose whole answer was accepted. Pure. */
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
      // An answer that the request provoked does not affect any reputation.
      evidence: provoked === null ? evidence : { kind: 'none' },
    },
    ...(provoked === null ? {} : { promptPriceTo: assignmentId, onlyPromptPrice: true }),
  };
}

/** The facts of a stored answer that decide how it ended. */
export interface StoredAnswer {
  /** Index in the answer of the last segment's first token. */
  readonly startIndex: number;
  /** Stored tokens of the last segment. */
  readonly stored: number;
  /** Id of the last stored token. */
  readonly lastId: number | null;
  readonly eogIds: readonly number[];
  readonly maxTokens: number;
}

/** How a stored answer ended, or null if it is incomplete: no end token and below the token limit. Pure. */
export function storedFinish(answer: StoredAnswer): 'eog' | 'length' | null {
  if (answer.stored === 0) return null;
  if (answer.lastId !== null && answer.eogIds.includes(answer.lastId)) return 'eog';
  return answer.startIndex + answer.stored >= answer.maxTokens ? 'length' : null;
}
