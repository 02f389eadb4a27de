import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { DownloadError } from '#engine/models/transfer/DownloadError.ts';
import type { LocalFile } from './openLocalFile.ts';

interface Reading {
  readonly signal: AbortSignal;
  readonly onBytes: (bytes: number) => void;
}

/**
 * Copies the bytes the file had when it was opened, syncs the copy, and returns its SHA-256 in lower-case hex. Rejects
 * with a {@link DownloadError} when the file became shorter, Node's error, or the signal's reason.
 */
export async function copyAndHash(source: LocalFile, target: string, reading: Reading): Promise<string> {
  await using to = await open(target, 'w', 0o600);
  const digest = await readAndHash(source, reading, (piece) => to.writeFile(piece));
  await to.sync();
  return digest;
}

/** The same without making a copy. */
export async function readAndHash(
  { handle, bytes }: LocalFile,
  { signal, onBytes }: Reading,
  take: (piece: Buffer) => Promise<void> = async () => {},
): Promise<string> {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(2 ** 20);
  for (let position = 0; position < bytes;) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(piece, 0, Math.min(piece.length, bytes - position), position);
    if (bytesRead === 0) throw new DownloadError('length_mismatch', 'The file became shorter while it was read.');
    const part = piece.subarray(0, bytesRead);
    hash.update(part);
    await take(part);
    position += bytesRead;
    onBytes(position);
  }
  return hash.digest('hex');
}
