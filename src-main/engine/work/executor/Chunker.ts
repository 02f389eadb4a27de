import { extendChain } from '#node/answerChain.ts';
import type { SigningKey } from '#node/keys.ts';
import type { ChunkClaim } from '#shared/protocol/chain.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { ChunkRecord } from '#engine/store/ChunkStore.ts';

/** Chunks leave at most this often (rules 4.9). */
const everyMs = 50;

/** Largest chunk, in ids; the wire admits no more. */
const mostIds = 4096;

export interface ChunkerOptions {
  readonly clock: Clock;
  readonly key: SigningKey;
  readonly assignmentId: string;
  /** Head of the chain before the first token. */
  readonly start: string;
  readonly onChunk: (chunk: ChunkRecord) => void;
}

/** Gathers tokens into signed chunks. The chain advances per token, so that chunking does not matter. */
export class Chunker {
  readonly #options: ChunkerOptions;
  #head: string;
  #count = 0;
  #ids: number[] = [];
  #text = '';
  #timer: Timer | null = null;
  #lastAt = Number.NEGATIVE_INFINITY;

  constructor(options: ChunkerOptions) {
    this.#options = options;
    this.#head = options.start;
  }

  push(ids: readonly number[], text: string): void {
    this.#ids.push(...ids);
    this.#text += text;
    if (this.#ids.length >= mostIds) return this.flush();
    // Text without ids completes a character of ids that may have left already: it goes with the next ones, if any.
    if (this.#timer !== null || this.#ids.length === 0) return;
    const { clock } = this.#options;
    const wait = Math.max(0, everyMs - (clock.monotonic() - this.#lastAt));
    this.#timer = clock.setTimer(wait, () => this.flush());
  }

  /** Gives out what is gathered, now. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = null;
    while (this.#ids.length > 0) this.#give(this.#ids.splice(0, mostIds));
  }

  /** Ids given out. */
  get count(): number {
    return this.#count;
  }

  #give(ids: number[]): void {
    const { clock, key, assignmentId, onChunk } = this.#options;
    const from = this.#count;
    this.#lastAt = clock.monotonic();
    this.#count += ids.length;
    this.#head = extendChain(this.#head, ids);
    const claim: ChunkClaim = { assignmentId, count: this.#count, chain: this.#head };
    const text = this.#text;
    this.#text = '';
    onChunk({ from, ids, text, chain: this.#head, signature: key.sign('chunk', claim) });
  }
}
