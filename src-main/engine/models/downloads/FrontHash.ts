import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { BegunChunk } from './ChunkJournal.ts';

/**
 * The digest of a whole file whose chunks arrive in any order: it follows the front, reading each chunk back while the
 * system still has it in memory, so that the end of a download needs no pass over the file.
 */
export class FrontHash {
  readonly #handle: FileHandle;
  readonly #totalBytes: number;
  readonly #chunkBytes: number;
  readonly #hash = createHash('sha256');
  readonly #ready = new Set<number>();
  readonly #piece: Buffer;
  #next = 0;
  #running: Promise<void> | null = null;
  #failure: Error | null = null;

  constructor(handle: FileHandle, totalBytes: number, chunkBytes: number) {
    this.#handle = handle;
    this.#totalBytes = totalBytes;
    this.#chunkBytes = chunkBytes;
    this.#piece = Buffer.allocUnsafe(chunkBytes);
  }

  /** A chunk is on disk. */
  finish(index: number): void {
    this.#ready.add(index);
    this.#run();
  }

  /** Lower-case hex SHA-256, once every chunk was told. Rejects with Node's error when the file cannot be read. */
  async digest(): Promise<string> {
    while (this.#running !== null || this.#ready.has(this.#next)) {
      this.#run();
      await this.#running;
    }
    if (this.#failure !== null) throw this.#failure;
    return this.#hash.digest('hex');
  }

  /** Reads nothing more; resolves when the file may be closed. */
  async stop(): Promise<void> {
    this.#failure ??= new Error('It was stopped.');
    this.#ready.clear();
    await this.#running;
  }

  #run(): void {
    if (this.#failure !== null) this.#ready.clear();
    this.#running ??= this.#advance()
      .catch((error: unknown) => {
        this.#failure = error instanceof Error ? error : new Error(String(error));
        this.#ready.clear();
      })
      .finally(() => {
        this.#running = null;
      });
  }

  async #advance(): Promise<void> {
    while (this.#ready.delete(this.#next)) {
      this.#hash.update(await readChunk(this.#handle, this.#next, this.#piece, this.#totalBytes));
      this.#next += 1;
      if (this.#next * this.#chunkBytes >= this.#totalBytes) return;
    }
  }
}

/** The bytes of one chunk, in `piece`, whose length is that of a chunk. Rejects when the file ends before. */
export async function readChunk(handle: FileHandle, index: number, piece: Buffer, totalBytes: number): Promise<Buffer> {
  const start = index * piece.length;
  const length = Math.min(piece.length, totalBytes - start);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(piece, filled, length - filled, start + filled);
    if (bytesRead === 0) throw new RangeError('The file is shorter than its chunks.');
    filled += bytesRead;
  }
  return piece.subarray(0, length);
}

/** Which of these chunks are on disk as their digests say. */
export async function soundChunks(
  handle: FileHandle,
  totalBytes: number,
  { chunkBytes, digests, signal }: { chunkBytes: number; digests: ReadonlyMap<number, string>; signal: AbortSignal },
): Promise<Map<number, string>> {
  const piece = Buffer.allocUnsafe(chunkBytes);
  const sound = new Map<number, string>();
  for (const [index, digest] of [...digests].toSorted(([one], [other]) => one - other)) {
    signal.throwIfAborted();
    if (index * chunkBytes >= totalBytes) continue;
    const bytes = await readChunk(handle, index, piece, totalBytes).catch(() => null);
    if (bytes !== null && createHash('sha256').update(bytes).digest('hex') === digest) sound.set(index, digest);
  }
  return sound;
}

/** The chunks whose first bytes are on disk as their digests say, each with its hash so far. */
export async function soundBeginnings(
  handle: FileHandle,
  chunkBytes: number,
  begun: ReadonlyMap<number, BegunChunk>,
): Promise<Map<number, { hash: Hash; filled: number }>> {
  const sound = new Map<number, { hash: Hash; filled: number }>();
  for (const [index, { filled, digest }] of begun) {
    if (filled < 1 || filled >= chunkBytes) continue;
    const piece = Buffer.alloc(filled);
    const { bytesRead } = await handle.read(piece, 0, filled, index * chunkBytes);
    const hash = createHash('sha256').update(piece);
    if (bytesRead === filled && hash.copy().digest('hex') === digest) sound.set(index, { hash, filled });
  }
  return sound;
}
