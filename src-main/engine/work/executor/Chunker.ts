import { extendChain } from '#node/keys/answerChain.ts';
import type { SigningKey } from '#node/keys/keys.ts';
import type { ChunkClaim } from '#shared/protocol/chain.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { ChunkRecord } from '#engine/store/tasks/ChunkStore.ts';

/** Least milliseconds between two chunks (rules 4.9). */
const everyMs = 50;

/** Largest chunk, in ids; the wire takes no more. */
const mostIds = 4096;

export interface ChunkerOptions {
  readonly clock: Clock;
  readonly key: SigningKey;
  readonly assignmentId: string;
  /** Head of the chain before the first token. */
  readonly start: string;
  readonly onChunk: (chunk: ChunkRecord) => void;
}

/**
 * Gathers tokens into signed chunks: the first token leaves at once, later ones in a chunk every 50 ms. The chain advances
 * with each token, so the cuts do not matter.
 */
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
    // Text without ids completes a character of ids that left before; it leaves with the next ids, if any.
    if (this.#timer !== null || this.#ids.length === 0) return;
    const { clock } = this.#options;
    const wait = everyMs - (clock.monotonic() - this.#lastAt);
    if (wait <= 0) this.flush();
    else this.#timer = clock.setTimer(wait, () => this.flush());
  }

  /** Passes on what is gathered, now. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = null;
    while (this.#ids.length > 0) this.#pass(this.#ids.splice(0, mostIds));
  }

  /** Ids passed on so far. */
  get count(): number {
    return this.#count;
  }

  #pass(ids: number[]): void {
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
