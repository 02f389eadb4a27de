/** Milliseconds that a step which reads prompts should take: alone a stop must not wait long, beside others they must not. */
const aloneMs = 250;
const besideOthersMs = 100;

/** Steps of fewer tokens measure the start of a step rather than reading. */
export const leastMeasured = 32;

/** Before anything was measured. */
const firstPiece = 64;

/** Smaller pieces cost more than they give: each step has a price of its own. */
const fewest = 48;
/** The library's own batches are not larger. */
const most = 512;

/**
 * How many prompt tokens a run reads per step. Prompts are read in pieces, so that answers that are being written go on
 * meanwhile and the machine can be given back within a moment, on fast and slow machines alike.
 */
export class ReadPace {
  #msPerToken: number | null = null;

  /** Tokens for each of the readers in the next step. */
  next(readers: number, streams: number): number {
    const budget = streams > 1 ? besideOthersMs : aloneMs;
    const tokens = this.#msPerToken === null ? firstPiece : budget / this.#msPerToken;
    return Math.min(most, Math.max(fewest, Math.floor(tokens / Math.max(1, readers))));
  }

  /** What a step took that read so many tokens in all. */
  record(tokens: number, ms: number): void {
    if (tokens < leastMeasured) return;
    const now = ms / tokens;
    this.#msPerToken = this.#msPerToken === null ? now : this.#msPerToken * 0.5 + now * 0.5;
  }
}
