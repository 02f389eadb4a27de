import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/**
 * SHA-256 of a file in lower-case hex. Rejects with Node's error when the file cannot be read, or with the signal's
 * reason.
 */
export async function digestFile(file: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(1 << 20);
  await using handle = await open(file, 'r');
  for (;;) {
    signal?.throwIfAborted();
    const { bytesRead } = await handle.read(piece, 0, piece.length);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(piece.subarray(0, bytesRead));
  }
}
