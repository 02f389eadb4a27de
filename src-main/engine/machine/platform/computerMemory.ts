import os from 'node:os';

/** Share of the memory that all models together may reserve while the owner has set no limit. */
const defaultShare = 0.5;

/** Memory available to this program at most, in bytes: the computer's, or the limit of the container it runs in. */
export function computerMemory(machineBytes = os.totalmem(), containerBytes = process.constrainedMemory()): number {
  // Zero, or more than the machine has, means no limit.
  return containerBytes > 0 && containerBytes < machineBytes ? containerBytes : machineBytes;
}

/**
 * Memory that all models together may use, in bytes: the owner's limit, capped by the memory there is, or a default
 * share.
 */
export function memoryForModels(ownersLimit: number | null, totalBytes = computerMemory()): number {
  return ownersLimit === null ? Math.floor(totalBytes * defaultShare) : Math.min(ownersLimit, totalBytes);
}
