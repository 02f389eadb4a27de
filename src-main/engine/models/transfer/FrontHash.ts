import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { PartialChunk } from './ChunkJournal.ts';

/**
 * Computes the digest of a file while its chunks arrive in any order. It hashes the gapless front of the file, reading
 * each chunk back while it is still cached, so that no extra pass is needed at the end of a download.
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

  /** Call when a chunk is on disk. */
  finish(index: number): void {
    this.#ready.add(index);
    this.#run();
  }

  /**
   * The SHA-256 in lower-case hex; call after every chunk was finished. Rejects with Node's error when the file cannot
   * be read.
   */
  async digest(): Promise<string> {
    while (this.#running !== null || this.#ready.has(this.#next)) {
      this.#run();
      await this.#running;
    }
    if (this.#failure !== null) throw this.#failure;
    return this.#hash.digest('hex');
  }

  /** Stops reading; resolves when the file may be closed. */
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

/** Reads one chunk into `piece`, whose length is the chunk size. Rejects when the file is too short. */
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

/** Those of the given chunks that are on disk with the right digest. */
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

/** Those of the given partial chunks that are on disk with the right digest, each with its hash so far. */
export async function soundPartials(
  handle: FileHandle,
  chunkBytes: number,
  partial: ReadonlyMap<number, PartialChunk>,
): Promise<Map<number, { hash: Hash; filled: number }>> {
  const sound = new Map<number, { hash: Hash; filled: number }>();
  for (const [index, { filled, digest }] of partial) {
    if (filled < 1 || filled >= chunkBytes) continue;
    const piece = Buffer.alloc(filled);
    const { bytesRead } = await handle.read(piece, 0, filled, index * chunkBytes);
    const hash = createHash('sha256').update(piece);
    if (bytesRead === filled && hash.copy().digest('hex') === digest) sound.set(index, { hash, filled });
  }
  return sound;
}
