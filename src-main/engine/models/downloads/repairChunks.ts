import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { FrontHash, soundChunks } from './FrontHash.ts';
import type { Transfer } from './Transfer.ts';

export interface Repair {
  readonly transfer: Transfer;
  readonly handle: FileHandle;
  /** Digest that the whole file must have. */
  readonly wanted: string;
  readonly signal: AbortSignal;
}

/**
 * The file is whole, but not what it should be. First the disk: chunks that are no longer what arrived are fetched
 * again, at the cost of each. Then the way: when no digests of the chunks are known from elsewhere, nothing tells which
 * one came damaged, so each is fetched again until one comes differently and the whole file is right with it. One
 * damaged chunk so costs what lies before it, half the file on average, and never more than the file.
 * True when the file is right now.
 */
export async function repairChunks(repair: Repair): Promise<boolean> {
  if (!repair.transfer.canAskForParts) return false;
  return (await repairFromDisk(repair)) || repairFromWay(repair);
}

async function repairFromDisk({ transfer, handle, wanted, signal }: Repair): Promise<boolean> {
  const { totalBytes } = transfer.identity;
  const digests = new Map(Array.from({ length: transfer.chunks }, (_, index) => [index, transfer.digestOf(index)]));
  const { chunkBytes } = transfer;
  const sound = await soundChunks(handle, totalBytes, { chunkBytes, digests, signal });
  if (sound.size === digests.size) return false;
  for (const index of digests.keys()) {
    if (!sound.has(index)) await transfer.replace(index, await transfer.fetchChunk(index, signal));
  }
  return (await digestOf({ transfer, handle })) === wanted;
}

async function repairFromWay({ transfer, handle, wanted, signal }: Repair): Promise<boolean> {
  for (let index = 0; index < transfer.chunks; index += 1) {
    signal.throwIfAborted();
    const bytes = await transfer.fetchChunk(index, signal);
    if (createHash('sha256').update(bytes).digest('hex') === transfer.digestOf(index)) continue;
    await transfer.replace(index, bytes);
    if ((await digestOf({ transfer, handle })) === wanted) return true;
  }
  return false;
}

async function digestOf({ transfer, handle }: Pick<Repair, 'transfer' | 'handle'>): Promise<string> {
  const front = new FrontHash(handle, transfer.identity.totalBytes, transfer.chunkBytes);
  for (let index = 0; index < transfer.chunks; index += 1) front.finish(index);
  return front.digest();
}
