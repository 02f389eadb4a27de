import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** Lower-case hex SHA-256 of a whole file, read piece by piece. Rejects with Node's own error when it cannot be read. */
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
