import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { ModelFileError } from '#engine/models/gguf/ModelFileError.ts';

/**
 * Copies a file atomically and verifies its digest: it is copied to `<target>.part`, synced, renamed, and the folder
 * synced. Throws a {@link ModelFileError} `digest_mismatch` or Node's error.
 */
export async function copyVerified(source: string, target: string, digest: string): Promise<void> {
  const part = `${target}.part`;
  try {
    const found = await copyAndHash(source, part);
    if (found !== digest)
      throw new ModelFileError('digest_mismatch', `The file has the digest ${found}, not ${digest}.`);
    await rename(part, target);
  } catch (thrown) {
    await rm(part, { force: true });
    throw thrown;
  }
  await syncFolder(path.dirname(target));
}

async function copyAndHash(source: string, target: string): Promise<string> {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(1 << 20);
  await using from = await open(source, 'r');
  await using to = await open(target, 'w', 0o600);
  for (;;) {
    const { bytesRead } = await from.read(piece, 0, piece.length);
    if (bytesRead === 0) break;
    hash.update(piece.subarray(0, bytesRead));
    await to.writeFile(piece.subarray(0, bytesRead));
  }
  await to.sync();
  return hash.digest('hex');
}

/** Makes the names in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open folders, but journals the rename itself.
  if (process.platform === 'win32') return;
  await using handle = await open(folder, 'r');
  await handle.sync();
}
