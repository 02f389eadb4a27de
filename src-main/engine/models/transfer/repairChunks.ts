import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { FrontHash, soundChunks } from './FrontHash.ts';
import type { Transfer } from './Transfer.ts';

export interface Repair {
  readonly transfer: Transfer;
  readonly handle: FileHandle;
  /** Expected digest of the whole file. */
  readonly expected: string;
  readonly signal: AbortSignal;
}

/**
 * Repairs a complete file with a wrong digest. First it fetches the chunks that have changed on disk since they
 * arrived. If that does not help, a chunk was damaged in transit; which one is unknown, so chunks are fetched again
 * from the front until one differs and corrects the file. One damaged chunk costs half the file on average, and never
 * more than the file. Returns whether the file is correct now.
 */
export async function repairChunks(repair: Repair): Promise<boolean> {
  if (!repair.transfer.acceptsRanges) return false;
  return (await repairDiskDamage(repair)) || repairTransitDamage(repair);
}

async function repairDiskDamage({ transfer, handle, expected, signal }: Repair): Promise<boolean> {
  const { totalBytes } = transfer.identity;
  const digests = new Map(Array.from({ length: transfer.chunks }, (_, index) => [index, transfer.digestOf(index)]));
  const { chunkBytes } = transfer;
  const sound = await soundChunks(handle, totalBytes, { chunkBytes, digests, signal });
  if (sound.size === digests.size) return false;
  for (const index of digests.keys()) {
    if (!sound.has(index)) await transfer.replace(index, await transfer.fetchChunk(index, signal));
  }
  return (await digestOf({ transfer, handle })) === expected;
}

async function repairTransitDamage({ transfer, handle, expected, signal }: Repair): Promise<boolean> {
  for (let index = 0; index < transfer.chunks; index += 1) {
    signal.throwIfAborted();
    const bytes = await transfer.fetchChunk(index, signal);
    if (createHash('sha256').update(bytes).digest('hex') === transfer.digestOf(index)) continue;
    await transfer.replace(index, bytes);
    if ((await digestOf({ transfer, handle })) === expected) return true;
  }
  return false;
}

async function digestOf({ transfer, handle }: Pick<Repair, 'transfer' | 'handle'>): Promise<string> {
  const front = new FrontHash(handle, transfer.identity.totalBytes, transfer.chunkBytes);
  for (let index = 0; index < transfer.chunks; index += 1) front.finish(index);
  return front.digest();
}
