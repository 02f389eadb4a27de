import type { TaskFrame } from '#shared/domain/tasks/taskView.ts';
import type { z } from 'zod';
import type { AnswerPiece } from '#engine/store/OwnTaskStore.ts';

type Frame = z.infer<typeof TaskFrame>;

/** What a frame did to the answer. `gap`: something before it is missing. */
export type FrameEffect =
  | { readonly kind: 'appended'; readonly frame: Frame }
  | { readonly kind: 'reset'; readonly frame: Frame | null }
  | { readonly kind: 'known' }
  | { readonly kind: 'gap' };

/** An answer while it arrives. */
export class LiveAnswer {
  readonly taskId: string;
  #attempt: number;
  #tokens: number;
  #text: string;
  #pending: AnswerPiece | null = null;
  firstAt: number | null;
  lastAt: number | null = null;

  constructor(taskId: string, stored: { attempt: number; tokens: number; text: string }, firstAt: number | null) {
    this.taskId = taskId;
    this.#attempt = stored.attempt;
    this.#tokens = stored.tokens;
    this.#text = stored.text;
    this.firstAt = firstAt;
  }

  get attempt(): number {
    return this.#attempt;
  }

  get tokens(): number {
    return this.#tokens;
  }

  get text(): string {
    return this.#text;
  }

  /** Tokens per second since the first one; null when that says nothing. */
  get speed(): number | null {
    const { firstAt, lastAt } = this;
    if (firstAt === null || lastAt === null || lastAt <= firstAt || this.#tokens < 2) return null;
    return Math.round(((this.#tokens - 1) / (lastAt - firstAt)) * 10_000) / 10;
  }

  take(frame: Frame, now: number): FrameEffect {
    if (frame.attempt < this.#attempt) return { kind: 'known' };
    const startsOver = frame.attempt > this.#attempt;
    if (startsOver) this.#startOver(frame.attempt);
    if (frame.from !== this.#tokens) {
      // Text cannot be cut at a token: what overlaps is asked for again from here.
      if (!startsOver && frame.from + frame.tokens <= this.#tokens) return { kind: 'known' };
      return startsOver ? { kind: 'reset', frame: null } : { kind: 'gap' };
    }
    if (frame.tokens > 0 || frame.text !== '') this.#append(frame, now);
    return { kind: startsOver ? 'reset' : 'appended', frame };
  }

  /** What was not stored yet. */
  takePending(): AnswerPiece | null {
    const pending = this.#pending;
    this.#pending = null;
    return pending;
  }

  #startOver(attempt: number): void {
    this.#attempt = attempt;
    this.#tokens = 0;
    this.#text = '';
    this.#pending = null;
  }

  #append(frame: Frame, now: number): void {
    const pending = this.#pending;
    this.#pending =
      pending === null
        ? { attempt: frame.attempt, first: frame.from, tokens: frame.tokens, text: frame.text }
        : { ...pending, tokens: pending.tokens + frame.tokens, text: pending.text + frame.text };
    this.#tokens += frame.tokens;
    this.#text += frame.text;
    this.firstAt ??= now;
    this.lastAt = now;
  }
}
