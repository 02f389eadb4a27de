import os from 'node:os';

/** Models together may reserve this share of the memory while their owner sets no limit. */
const usualShare = 0.5;

/** Bytes of memory that this program can have at most: the computer's, or what a container around it is limited to. */
export function computerMemory(machineBytes = os.totalmem(), containerBytes = process.constrainedMemory()): number {
  // Zero or more than the machine has: nothing limits this process.
  return containerBytes > 0 && containerBytes < machineBytes ? containerBytes : machineBytes;
}

/** Bytes that all models together may use: the owner's limit, as far as there is so much, or the usual share. */
export function memoryForModels(ownersLimit: number | null, totalBytes = computerMemory()): number {
  return ownersLimit === null ? Math.floor(totalBytes * usualShare) : Math.min(ownersLimit, totalBytes);
}
