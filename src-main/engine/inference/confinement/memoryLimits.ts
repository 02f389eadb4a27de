const mebibyte = 2 ** 20;

/** A worker may take this much more than was reserved for it: estimates are off by a few percent. */
const margin = { share: 0.25, leastBytes: 512 * mebibyte };

/**
 * Address space that is taken but never filled: room for compiled code, stacks, scores of tokens that are not read.
 * Measured: 620 MB at the start, 1.2 GB with the largest vocabularies.
 */
const untouchedBytes = 2048 * mebibyte;

const patienceBytes = 256 * mebibyte;

export interface MemoryLimits {
  /** Resident bytes at which the engine ends it. */
  readonly residentBytes: number;
  /** Bytes at which the system ends it; a little later, because the engine says why. */
  readonly scopeBytes: number;
  /** Bytes at which the system refuses more; not for cards, whose drivers take address space by the terabyte. */
  readonly dataBytes: number;
}

/** What a worker may take of what was reserved for it, in bytes. */
export function memoryLimits(reservedBytes: number): MemoryLimits {
  const residentBytes = Math.ceil(reservedBytes + Math.max(reservedBytes * margin.share, margin.leastBytes));
  return { residentBytes, scopeBytes: residentBytes + patienceBytes, dataBytes: residentBytes + untouchedBytes };
}
