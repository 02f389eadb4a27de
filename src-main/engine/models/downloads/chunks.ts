/** Bytes of the chunks that a file is cut into: what one bad byte or one kill costs at most. */
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

/** Hands out the chunks that are missing, from the front, in spans that one request fetches. */
export class ChunkQueue {
  readonly #total: number;
  readonly #spanChunks: number;
  readonly #missing: Set<number>;
  readonly #taken = new Set<number>();
  /** Every chunk before this one is here or taken. */
  #from = 0;

  /** `spanChunks`: chunks of one request at most. */
  constructor(total: number, done: ReadonlySet<number>, spanChunks: number) {
    this.#total = total;
    this.#spanChunks = spanChunks;
    this.#missing = new Set(Array.from({ length: total }, (_, index) => index).filter((index) => !done.has(index)));
  }

  get isDone(): boolean {
    return this.#missing.size === 0;
  }

  /**
   * The next span, or null when every missing chunk is being fetched. `startsAlone`: chunks that must begin a span.
   * Towards the end spans become short, so that all of the `takers` stay busy.
   */
  take(startsAlone: ReadonlyMap<number, unknown>, takers: number): Span | null {
    const most = Math.max(1, Math.min(this.#spanChunks, Math.ceil(this.#missing.size / (2 * takers))));
    while (this.#from < this.#total && !this.#isFree(this.#from)) this.#from += 1;
    const first = this.#from;
    if (first === this.#total) return null;
    let end = first + 1;
    while (end < this.#total && end - first < most && this.#isFree(end) && !startsAlone.has(end)) end += 1;
    for (let index = first; index < end; index += 1) this.#taken.add(index);
    return { first, end };
  }

  /** A chunk is on disk. */
  finish(index: number): void {
    this.#missing.delete(index);
    this.#taken.delete(index);
  }

  /** What is left of a span that broke off goes back. */
  giveBack({ first, end }: Span): void {
    for (let index = first; index < end; index += 1) this.#taken.delete(index);
    this.#from = Math.min(this.#from, first);
  }

  #isFree(index: number): boolean {
    return this.#missing.has(index) && !this.#taken.has(index);
  }
}
