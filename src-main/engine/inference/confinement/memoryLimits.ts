const mebibyte = 2 ** 20;

/** How far a worker may exceed its reservation, whichever is more: estimates are off by a few percent. */
const margin = { share: 0.25, leastBytes: 512 * mebibyte };

/**
 * Allowance for address space that is reserved but never filled: compiled code, stacks, logits that are not read.
 * Measured: 620 MB at the start, 1.2 GB with the largest vocabularies.
 */
const untouchedBytes = 2048 * mebibyte;

/** Gap above the engine's own limit, so that the engine kills the worker first and can give the reason. */
const graceBytes = 256 * mebibyte;

/** Limits on a worker's memory, in bytes. */
export interface MemoryLimits {
  /** Resident memory at which the engine kills the worker. */
  readonly residentBytes: number;
  /** Memory of the control group at which the system kills the worker. */
  readonly scopeBytes: number;
  /**
   * Private address space beyond which allocations fail. Not used with a graphics card, whose driver reserves
   * terabytes.
   */
  readonly dataBytes: number;
}

/** The limits of a worker with the given reservation, in bytes. */
export function memoryLimits(reservedBytes: number): MemoryLimits {
  const residentBytes = Math.ceil(reservedBytes + Math.max(reservedBytes * margin.share, margin.leastBytes));
  return { residentBytes, scopeBytes: residentBytes + graceBytes, dataBytes: residentBytes + untouchedBytes };
}
