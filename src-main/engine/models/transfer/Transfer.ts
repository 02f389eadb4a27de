import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { Clock } from '#shared/util/clock.ts';
import type { Random } from '#shared/util/random.ts';
import type { ChunkJournal } from './ChunkJournal.ts';
import { chunkCount, ChunkQueue } from './chunks.ts';
import { DownloadError, RemoteChangedError } from './DownloadError.ts';
import type { HubClient } from './HubClient.ts';
import type { RateLimit } from './RateLimit.ts';
import { ifRangeOf, isSameVersion, type RemoteFile } from './RemoteFile.ts';
import { type ByteRequest, requestRange, requestWhole } from './requestBytes.ts';
import { RetryBudget } from './RetryBudget.ts';

/** Digests of a file's chunks, from a source that is trusted as much as the digest of the whole file. */
export interface KnownChunks {
  readonly chunkBytes: number;
  readonly sha256: readonly string[];
}

export interface TransferOptions {
  readonly client: HubClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly address: string;
  /** Expected digest of the file; null when it is not known beforehand. */
  readonly sha256: string | null;
  readonly knownChunks: KnownChunks | null;
  /** Number of parallel requests. */
  readonly connections: number;
  readonly limits: readonly RateLimit[];
  /** Called with the bytes present so far and the size of the file. */
  readonly onProgress: (bytes: number, total: number) => void;
  readonly handle: FileHandle;
  readonly journal: ChunkJournal;
  readonly remote: RemoteFile;
  readonly chunkBytes: number;
  /** Digests of the chunks on disk; grows. */
  readonly digests: Map<number, string>;
  /** Chunks that are partly on disk. */
  readonly partial: ReadonlyMap<number, PartialHash>;
  /** Called when a chunk is on disk. */
  readonly onChunk: (index: number) => void;
  /** Resolves the address again, for when the one it redirected to has expired. */
  readonly probe: () => Promise<RemoteFile>;
}

/** The first `filled` bytes of a chunk, hashed. */
export interface PartialHash {
  readonly hash: Hash;
  readonly filled: number;
}

/** Upper limit on the bytes of one range request. */
const spanBytes = 16 * 2 ** 20;

/** Attempts at a chunk that arrives damaged. */
const maxDamaged = 3;

/** Downloads the missing chunks of one version of a file to disk. */
export class Transfer {
  readonly #options: TransferOptions;
  readonly #partial: Map<number, PartialHash>;
  /** How often each chunk has arrived with another digest than the known one. */
  readonly #damaged = new Map<number, number>();
  readonly #retries: RetryBudget;
  #remote: RemoteFile;
  #received: number;

  constructor(options: TransferOptions) {
    this.#options = options;
    this.#remote = options.remote;
    this.#retries = new RetryBudget(options.clock, options.random);
    this.#partial = new Map(options.partial);
    const complete = [...options.digests.keys()].reduce((sum, index) => sum + this.#lengthOf(index), 0);
    this.#received = [...options.partial.values()].reduce((sum, { filled }) => sum + filled, complete);
  }

  get identity(): RemoteFile['identity'] {
    return this.#options.remote.identity;
  }

  get chunkBytes(): number {
    return this.#options.chunkBytes;
  }

  get chunks(): number {
    return chunkCount(this.identity.totalBytes, this.#options.chunkBytes);
  }

  get acceptsRanges(): boolean {
    return this.#remote.acceptsRanges;
  }

  /** Digest of a chunk as it arrived; empty while it is missing. */
  digestOf(index: number): string {
    return this.#options.digests.get(index) ?? '';
  }

  /** Fetches everything missing. Rejects with a DownloadError, RemoteChangedError, or the signal's reason. */
  async run(signal: AbortSignal): Promise<void> {
    const { digests, chunkBytes, connections, sha256 } = this.#options;
    const isIdentifiable = ifRangeOf(this.identity) !== null || this.identity.sha256 !== null || sha256 !== null;
    this.#reportProgress();
    // Without ranges, or without any mark of the version, only a single response is certain to be of one version.
    if (!this.#remote.acceptsRanges || !isIdentifiable) return this.#fetchWhole(signal);
    const queue = new ChunkQueue(this.chunks, new Set(digests.keys()), Math.max(1, Math.floor(spanBytes / chunkBytes)));
    const failed = new AbortController();
    const both = AbortSignal.any([signal, failed.signal]);
    const workers = Array.from({ length: connections }, () => this.#work(queue, connections, both));
    try {
      await Promise.all(workers);
    } catch (error) {
      failed.abort(error);
      await Promise.allSettled(workers);
      await this.#journalPartial();
      throw error;
    }
  }

  /** Fetches one chunk again, without writing it. */
  async fetchChunk(index: number, signal: AbortSignal): Promise<Buffer> {
    for (;;) {
      try {
        const range = requestRange(this.#request(signal), index * this.#options.chunkBytes, this.#endOf(index));
        return Buffer.concat(await Array.fromAsync(range));
      } catch (error) {
        await this.#recover(error, signal);
      }
    }
  }

  /** Replaces a chunk on disk. */
  async replace(index: number, bytes: Buffer): Promise<void> {
    const { handle, journal, digests, chunkBytes } = this.#options;
    await handle.write(bytes, 0, bytes.length, index * chunkBytes);
    const digest = createHash('sha256').update(bytes).digest('hex');
    digests.set(index, digest);
    await journal.add(index, digest);
  }

  /** Records partial chunks, so that a later session continues them. */
  async #journalPartial(): Promise<void> {
    for (const [index, { hash, filled }] of this.#partial) {
      await this.#options.journal.addPartial(index, { filled, digest: hash.copy().digest('hex') });
    }
  }

  async #work(queue: ChunkQueue, connections: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const span = queue.take(this.#partial, connections);
      // All remaining chunks are taken by other workers, which also retry their own failures.
      if (span === null) return;
      const left = { ...span };
      try {
        await this.#fetchSpan(left, queue, signal);
      } catch (error) {
        queue.giveBack(left);
        await this.#recover(error, signal);
      }
    }
  }

  /** Fetches a span; `left` shrinks as its chunks are completed. */
  async #fetchSpan(left: { first: number; end: number }, queue: ChunkQueue, signal: AbortSignal): Promise<void> {
    const { chunkBytes } = this.#options;
    let { hash, filled } = this.#partial.get(left.first) ?? { hash: createHash('sha256'), filled: 0 };
    this.#partial.delete(left.first);
    try {
      const from = left.first * chunkBytes + filled;
      for await (const piece of requestRange(this.#request(signal), from, this.#endOf(left.end - 1))) {
        let rest = piece;
        while (rest.length > 0) {
          const part = rest.subarray(0, this.#lengthOf(left.first) - filled);
          const writing = this.#write(part, left.first * chunkBytes + filled);
          // Hash while writing; if the write fails, the digest does not match and the chunk is fetched again.
          hash.update(part);
          await writing;
          this.#retries.recordProgress(part.length);
          filled += part.length;
          rest = rest.subarray(part.length);
          if (filled < this.#lengthOf(left.first)) continue;
          const digest = hash.digest('hex');
          [hash, filled] = [createHash('sha256'), 0];
          await this.#finish(left.first, digest);
          queue.finish(left.first);
          left.first += 1;
        }
      }
    } finally {
      if (filled > 0) this.#partial.set(left.first, { hash, filled });
    }
  }

  /** Fetches the whole file in a single response. A failure loses what has arrived, so that it never counts as progress. */
  async #fetchWhole(signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        return await this.#fetchWholeOnce(signal);
      } catch (error) {
        await this.#recover(error, signal);
      }
    }
  }

  async #fetchWholeOnce(signal: AbortSignal): Promise<void> {
    const { digests } = this.#options;
    // An earlier response may have been of another version: start from zero.
    digests.clear();
    this.#received = 0;
    let [index, position, hash] = [0, 0, createHash('sha256')];
    const finished: [number, string][] = [];
    for await (const piece of requestWhole(this.#request(signal))) {
      let rest = piece;
      while (rest.length > 0) {
        const part = rest.subarray(0, this.#endOf(index) - position);
        await this.#write(part, position);
        hash.update(part);
        position += part.length;
        rest = rest.subarray(part.length);
        if (position < this.#endOf(index)) continue;
        finished.push([index, hash.digest('hex')]);
        [index, hash] = [index + 1, createHash('sha256')];
      }
    }
    for (const [each, digest] of finished) await this.#finish(each, digest);
  }

  #request(signal: AbortSignal): ByteRequest {
    const { client, limits } = this.#options;
    return { client, remote: this.#remote, limits, signal };
  }

  async #write(part: Buffer, position: number): Promise<void> {
    await this.#options.handle.write(part, 0, part.length, position);
    this.#received += part.length;
    this.#reportProgress();
  }

  /** A chunk is on disk. Throws a passing `digest_mismatch` when it is not the known one, the third time a final one. */
  async #finish(index: number, digest: string): Promise<void> {
    const { knownChunks, journal, digests, onChunk } = this.#options;
    const known = knownChunks?.sha256[index];
    if (known !== undefined && known !== digest) {
      this.#received -= this.#lengthOf(index);
      const times = (this.#damaged.get(index) ?? 0) + 1;
      this.#damaged.set(index, times);
      throw new DownloadError('digest_mismatch', `Chunk ${index} is damaged.`, { passing: times < maxDamaged });
    }
    digests.set(index, digest);
    await journal.add(index, digest);
    onChunk(index);
  }

  /** Waits before the next attempt. Rethrows an error that no retry can cure. */
  async #recover(error: unknown, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!(error instanceof DownloadError)) throw error;
    // A temporary address from the hub's redirect may have expired; the hub then issues a new one.
    const hasExpired = error.code === 'access_denied' || error.code === 'not_found';
    if (!error.passing && !(hasExpired && this.#remote.address !== this.#options.address)) throw error;
    await this.#retries.waitAfter(error, signal);
    if (hasExpired) await this.#probeAgain();
  }

  async #probeAgain(): Promise<void> {
    const found = await this.#options.probe();
    if (isSameVersion(found.identity, this.identity) === false) {
      throw new RemoteChangedError('The server has another version of the file now.');
    }
    this.#remote = found;
  }

  #reportProgress(): void {
    this.#options.onProgress(this.#received, this.identity.totalBytes);
  }

  #endOf(index: number): number {
    return Math.min((index + 1) * this.#options.chunkBytes, this.identity.totalBytes);
  }

  #lengthOf(index: number): number {
    return this.#endOf(index) - index * this.#options.chunkBytes;
  }
}
