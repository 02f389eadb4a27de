import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** Copies a file, synced, and gives its SHA-256 in lower-case hex. Rejects with Node's error or the signal's reason. */
export async function copyAndHash(
  source: string,
  target: string,
  { signal, onBytes }: { signal: AbortSignal; onBytes: (bytes: number) => void },
): Promise<string> {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(2 ** 20);
  await using from = await open(source, 'r');
  await using to = await open(target, 'w', 0o600);
  let position = 0;
  for (;;) {
    signal.throwIfAborted();
    const { bytesRead } = await from.read(piece, 0, piece.length, position);
    if (bytesRead === 0) break;
    hash.update(piece.subarray(0, bytesRead));
    await to.writeFile(piece.subarray(0, bytesRead));
    position += bytesRead;
    onBytes(position);
  }
  await to.sync();
  return hash.digest('hex');
}
