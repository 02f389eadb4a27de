import { joinFrame, type JoinedFrame, type PartialAnswer } from '#shared/domain/tasks/answerFrames.ts';
import type { TaskFrame } from '#shared/domain/tasks/taskView.ts';
import type { AnswerPiece } from '#engine/store/tasks/OwnTaskStore.ts';

/** An answer that is still arriving, with the piece of it that is not stored yet. */
export class LiveAnswer {
  readonly taskId: string;
  #answer: PartialAnswer;
  #pending: AnswerPiece | null = null;
  /** UTC milliseconds at which the first and the last token arrived here; null before. */
  firstAt: number | null;
  lastAt: number | null = null;

  constructor(taskId: string, stored: PartialAnswer, firstAt: number | null) {
    this.taskId = taskId;
    this.#answer = stored;
    this.firstAt = firstAt;
  }

  get attempt(): number {
    return this.#answer.attempt;
  }

  get tokens(): number {
    return this.#answer.tokens;
  }

  get text(): string {
    return this.#answer.text;
  }

  /** Tokens per second since the first token; null until it can be measured. */
  get speed(): number | null {
    const { firstAt, lastAt } = this;
    if (firstAt === null || lastAt === null || lastAt <= firstAt || this.tokens < 2) return null;
    return Math.round(((this.tokens - 1) / (lastAt - firstAt)) * 10_000) / 10;
  }

  /** Appends a frame. `now` is in UTC milliseconds. */
  take(frame: TaskFrame, now: number): JoinedFrame {
    const joined = joinFrame(this.#answer, frame);
    this.#answer = joined.answer;
    if (joined.startsOver) this.#pending = null;
    if (joined.kind === 'appended' && !isEmpty(frame)) {
      this.#keep(frame);
      this.firstAt ??= now;
      this.lastAt = now;
    }
    return joined;
  }

  /** The piece that is not stored yet; the caller stores it. */
  takePending(): AnswerPiece | null {
    const pending = this.#pending;
    this.#pending = null;
    return pending;
  }

  #keep({ attempt, from, tokens, text }: TaskFrame): void {
    const pending = this.#pending;
    this.#pending =
      pending === null
        ? { attempt, first: from, tokens, text }
        : { ...pending, tokens: pending.tokens + tokens, text: pending.text + text };
  }
}

/** True for a frame that only announces its attempt. */
export function isEmpty(frame: TaskFrame): boolean {
  return frame.tokens === 0 && frame.text === '';
}
