import type { TaskFrame } from './taskView.ts';

/** How far an answer has arrived: which attempt, and how many of its tokens. */
export interface AnswerPosition {
  readonly attempt: number;
  readonly tokens: number;
}

/** An answer as far as it has arrived. */
export interface PartialAnswer extends AnswerPosition {
  readonly text: string;
}

/** The result of joining a frame to an answer. */
export interface JoinedFrame {
  /** `known`: changes nothing. `gap`: tokens before it are missing, or it overlaps; ask again from `answer`. */
  readonly kind: 'appended' | 'known' | 'gap';
  /** The frame belongs to a newer attempt, which replaces everything before it. */
  readonly startsOver: boolean;
  readonly answer: PartialAnswer;
}

/** No token of the first attempt. */
export const emptyAnswer: PartialAnswer = { attempt: 0, tokens: 0, text: '' };

/**
 * Joins a frame to an answer by (attempt, first token). Frames may be repeated, lost or late: the text is always an exact
 * prefix of the answer. A text cannot be cut at a token, so a frame that overlaps counts as a gap.
 */
export function joinFrame(answer: PartialAnswer, frame: TaskFrame): JoinedFrame {
  if (!isNewer(answer, frame)) return { kind: 'known', startsOver: false, answer };
  const startsOver = frame.attempt > answer.attempt;
  const base = startsOver ? { ...emptyAnswer, attempt: frame.attempt } : answer;
  if (frame.from !== base.tokens) return { kind: 'gap', startsOver, answer: base };
  const { attempt } = frame;
  const joined = { attempt, tokens: base.tokens + frame.tokens, text: base.text + frame.text };
  return { kind: 'appended', startsOver, answer: joined };
}

/** False when everything in the frame has arrived already, or belongs to an attempt that was replaced. */
export function isNewer({ attempt, tokens }: AnswerPosition, frame: TaskFrame): boolean {
  if (frame.attempt !== attempt) return frame.attempt > attempt;
  return frame.from >= tokens || frame.from + frame.tokens > tokens;
}

/** Two frames as one when the second continues the first; else undefined. */
export function mergeFrames(first: TaskFrame, second: TaskFrame): TaskFrame | undefined {
  const continues =
    first.taskId === second.taskId && first.attempt === second.attempt && first.from + first.tokens === second.from;
  if (!continues) return undefined;
  return { ...first, tokens: first.tokens + second.tokens, text: first.text + second.text };
}

/** Frames in their order, each joined with the next where that loses nothing. */
export function mergeAll(frames: readonly TaskFrame[]): TaskFrame[] {
  const merged: TaskFrame[] = [];
  for (const frame of frames) {
    const last = merged.at(-1);
    const joined = last === undefined ? undefined : mergeFrames(last, frame);
    if (joined === undefined) merged.push(frame);
    else merged[merged.length - 1] = joined;
  }
  return merged;
}
