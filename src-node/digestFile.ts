import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** Lower-case hex SHA-256 of a whole file, read as a stream. Rejects with Node's own error when it cannot be read. */
export async function digestFile(file: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const stream = createReadStream(file, { highWaterMark: 1 << 20, ...(signal === undefined ? {} : { signal }) });
  for await (const piece of stream) hash.update(piece as Uint8Array);
  return hash.digest('hex');
}
