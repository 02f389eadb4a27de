/**
 * Target duration of a step that reads prompts, in milliseconds: short enough to stop soon, and shorter when answers
 * wait.
 */
const aloneMs = 250;
const besideOthersMs = 100;

/** Steps with fewer tokens measure the overhead of a step rather than reading. */
export const minMeasuredTokens = 32;

/** Tokens per step before anything was measured. */
const firstPiece = 64;

/** Lower limit: each step has a fixed cost. */
const minPiece = 48;
/** Upper limit: the batch size of the library. */
const maxPiece = 512;

/**
 * Decides how many prompt tokens a run reads per step. Reading prompts in pieces keeps other answers going and lets the
 * machine be given back quickly, on fast and slow machines alike.
 */
export class ReadPace {
  #msPerToken: number | null = null;

  /** Tokens for each of `readers` in the next step, in which `streams` runs take part. */
  next(readers: number, streams: number): number {
    const budget = streams > 1 ? besideOthersMs : aloneMs;
    const tokens = this.#msPerToken === null ? firstPiece : budget / this.#msPerToken;
    return Math.min(maxPiece, Math.max(minPiece, Math.floor(tokens / Math.max(1, readers))));
  }

  /** Records the duration of a step that read `tokens` prompt tokens in all. */
  record(tokens: number, ms: number): void {
    if (tokens < minMeasuredTokens) return;
    const now = ms / tokens;
    this.#msPerToken = this.#msPerToken === null ? now : this.#msPerToken * 0.5 + now * 0.5;
  }
}
