/** Chunk size for a file of this length, in bytes: the most that one damaged byte or one kill can cost. */
export function chunkBytesFor(totalBytes: number): number {
  return totalBytes < 2 ** 30 ? 256 * 1024 : 2 ** 20;
}

export function chunkCount(totalBytes: number, chunkBytes: number): number {
  return Math.ceil(totalBytes / chunkBytes);
}

/** Consecutive chunks, `end` excluded. */
export interface Span {
  readonly first: number;
  readonly end: number;
}

/** Hands out missing chunks from the front, in spans for one request each. */
export class ChunkQueue {
  readonly #total: number;
  readonly #spanChunks: number;
  readonly #missing: Set<number>;
  readonly #taken = new Set<number>();
  /** All chunks before this one are present or taken. */
  #from = 0;

  /** `spanChunks` is the upper limit on chunks per request. */
  constructor(total: number, done: ReadonlySet<number>, spanChunks: number) {
    this.#total = total;
    this.#spanChunks = spanChunks;
    this.#missing = new Set(Array.from({ length: total }, (_, index) => index).filter((index) => !done.has(index)));
  }

  /**
   * The next span; null when every missing chunk is taken. A span may contain one of `mustStart` only as its first
   * chunk. Spans become shorter towards the end, so that all `workers` stay busy.
   */
  take(mustStart: ReadonlyMap<number, unknown>, workers: number): Span | null {
    const max = Math.max(1, Math.min(this.#spanChunks, Math.ceil(this.#missing.size / (2 * workers))));
    while (this.#from < this.#total && !this.#isFree(this.#from)) this.#from += 1;
    const first = this.#from;
    if (first === this.#total) return null;
    let end = first + 1;
    while (end < this.#total && end - first < max && this.#isFree(end) && !mustStart.has(end)) end += 1;
    for (let index = first; index < end; index += 1) this.#taken.add(index);
    return { first, end };
  }

  /** Marks a chunk as present. */
  finish(index: number): void {
    this.#missing.delete(index);
    this.#taken.delete(index);
  }

  /** Returns the rest of a span whose request failed. */
  giveBack({ first, end }: Span): void {
    for (let index = first; index < end; index += 1) this.#taken.delete(index);
    this.#from = Math.min(this.#from, first);
  }

  #isFree(index: number): boolean {
    return this.#missing.has(index) && !this.#taken.has(index);
  }
}
