import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { backoffDelay } from '#shared/util/backoff.ts';
import { pause } from './pause.ts';
import type { ChunkJournal } from './ChunkJournal.ts';
import { chunkCount, ChunkQueue } from './chunks.ts';
import { DownloadError, RemoteChangedError } from './DownloadError.ts';
import type { FileDownloadOptions } from './FileDownload.ts';
import type { HubAnswer } from './HubClient.ts';
import { checkStatus, contentRange, contradicts, ifRangeOf, isSameVersion, type RemoteFile } from './RemoteFile.ts';

export interface TransferOptions extends Pick<
  FileDownloadOptions,
  'client' | 'clock' | 'random' | 'address' | 'sha256' | 'knownChunks' | 'connections' | 'limits' | 'onProgress'
> {
  readonly handle: FileHandle;
  readonly journal: ChunkJournal;
  readonly remote: RemoteFile;
  readonly chunkBytes: number;
  /** Chunks that are here; grows. */
  readonly digests: Map<number, string>;
  /** Chunks whose first bytes are here. */
  readonly begun: ReadonlyMap<number, Begun>;
  readonly onChunk: (index: number) => void;
  /** Finds the file again when the address it led to no longer answers. */
  readonly look: () => Promise<RemoteFile>;
}

/** A chunk that broke off in the middle. */
export interface Begun {
  readonly hash: Hash;
  readonly filled: number;
}

const mostFailures = 10;
const retryPlan = { firstMs: 250, mostMs: 10_000 } as const;
const spanBytes = 16 * 2 ** 20;

/** This many bytes since the last failure count as progress. */
const realProgress = 64 * 1024;

/** Moves the missing chunks of one version of a file onto the disk. */
export class Transfer {
  readonly #options: TransferOptions;
  readonly #begun: Map<number, Begun>;
  /** Wrong chunks in a row, by index: from a known digest, or damaged twice. */
  readonly #wrong = new Map<number, number>();
  #remote: RemoteFile;
  #received: number;
  #failures = 0;
  #sinceFailure = 0;

  constructor(options: TransferOptions) {
    this.#options = options;
    this.#remote = options.remote;
    this.#begun = new Map(options.begun);
    const here = [...options.digests.keys()].reduce((sum, index) => sum + this.#lengthOf(index), 0);
    this.#received = [...options.begun.values()].reduce((sum, { filled }) => sum + filled, here);
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

  get canAskForParts(): boolean {
    return this.#remote.acceptsRanges;
  }

  digestOf(index: number): string {
    return this.#options.digests.get(index) ?? '';
  }

  /** Fetches everything that is missing. Rejects with a DownloadError, RemoteChangedError, or the signal's reason. */
  async run(signal: AbortSignal): Promise<void> {
    const { digests, chunkBytes, connections, sha256 } = this.#options;
    const hasMark = ifRangeOf(this.identity) !== null || this.identity.sha256 !== null || sha256 !== null;
    this.#tell();
    // Without ranges, or without a mark of the version, only one single answer is surely of one version.
    if (!this.#remote.acceptsRanges || !hasMark) return this.#stream(signal);
    const queue = new ChunkQueue(this.chunks, new Set(digests.keys()), Math.max(1, Math.floor(spanBytes / chunkBytes)));
    const over = new AbortController();
    const both = AbortSignal.any([signal, over.signal]);
    const workers = Array.from({ length: connections }, () => this.#work(queue, connections, both));
    try {
      await Promise.all(workers);
    } catch (error) {
      over.abort(error);
      await Promise.allSettled(workers);
      await this.#noteBegun();
      throw error;
    }
  }

  /** One chunk, once more, as the server sends it now; nothing is written. */
  async fetchChunk(index: number, signal: AbortSignal): Promise<Buffer> {
    for (;;) {
      try {
        const pieces: Buffer[] = [];
        for await (const piece of this.#range(index * this.#options.chunkBytes, this.#endOf(index), signal)) {
          pieces.push(piece);
        }
        return Buffer.concat(pieces);
      } catch (error) {
        await this.#afterFailure(error, signal);
      }
    }
  }

  /** Replaces a chunk on disk. */
  async replace(index: number, bytes: Buffer): Promise<void> {
    const { handle, journal, digests, chunkBytes } = this.#options;
    await handle.write(bytes, 0, bytes.length, index * chunkBytes);
    const digest = sha256Of(bytes);
    digests.set(index, digest);
    await journal.add(index, digest);
  }

  /** What was fetched of unfinished chunks is not fetched again. */
  async #noteBegun(): Promise<void> {
    for (const [index, { hash, filled }] of this.#begun) {
      await this.#options.journal.addBegun(index, { filled, digest: hash.copy().digest('hex') });
    }
  }

  async #work(queue: ChunkQueue, connections: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const span = queue.take(this.#begun, connections);
      // Whoever holds the rest also takes up again what breaks off of it.
      if (span === null) return;
      const left = { ...span };
      try {
        await this.#fetch(left, queue, signal);
      } catch (error) {
        queue.giveBack(left);
        await this.#afterFailure(error, signal);
      }
    }
  }

  /** Fetches a span; `left` shrinks as its chunks are done. */
  async #fetch(left: { first: number; end: number }, queue: ChunkQueue, signal: AbortSignal): Promise<void> {
    const { chunkBytes } = this.#options;
    const begun = this.#begun.get(left.first) ?? { hash: createHash('sha256'), filled: 0 };
    this.#begun.delete(left.first);
    let { hash, filled } = begun;
    try {
      const from = left.first * chunkBytes + filled;
      for await (const piece of this.#range(from, this.#endOf(left.end - 1), signal)) {
        let rest = piece;
        while (rest.length > 0) {
          const part = rest.subarray(0, this.#lengthOf(left.first) - filled);
          const writing = this.#write(part, left.first * chunkBytes + filled);
          // Meanwhile; should the write fail, the digest fits nothing and the chunk is fetched again.
          hash.update(part);
          await writing;
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
      if (filled > 0) this.#begun.set(left.first, { hash, filled });
    }
  }

  /** The bytes from `from` to before `end`, of this version and no other. */
  async *#range(from: number, end: number, signal: AbortSignal): AsyncGenerator<Buffer> {
    const { client, limits } = this.#options;
    const ifRange = ifRangeOf(this.#remote.identity);
    const headers = { range: `bytes=${from}-${end - 1}`, ...(ifRange === null ? {} : { 'if-range': ifRange }) };
    const answer = await client.get({ address: this.#remote.address, headers, signal });
    try {
      this.#checkPart(answer, from, end);
      let position = from;
      for await (const piece of answer.body) {
        const wanted = piece.subarray(0, end - position);
        position += wanted.length;
        for (const limit of limits) await limit.take(wanted.length, signal);
        signal.throwIfAborted();
        if (wanted.length > 0) yield wanted;
        // A server that goes on beyond what was asked is not listened to.
        if (wanted.length < piece.length) break;
      }
      if (position < end) {
        throw new DownloadError('length_mismatch', 'The server sends less than it announced.', { passing: true });
      }
    } finally {
      answer.drop();
    }
  }

  /** Throws unless an answer is exactly the part that was asked for, of the same version. */
  #checkPart(answer: HubAnswer, from: number, end: number): void {
    const { identity } = this.#remote;
    if (answer.status === 416) throw new RemoteChangedError('The file became shorter.');
    checkStatus(answer, [200, 206]);
    if (contradicts(answer.headers, identity)) throw new RemoteChangedError('The server has another version now.');
    if (answer.status === 200) {
      if (ifRangeOf(identity) !== null && answer.headers.etag === undefined) {
        throw new RemoteChangedError('The server sends the whole file, as for another version.');
      }
      throw new DownloadError('server_refused', 'The server ignores which part was asked for.', { passing: true });
    }
    const part = contentRange(answer.headers);
    if (part !== null && part.total !== identity.totalBytes) throw new RemoteChangedError('The length changed.');
    if (part?.first !== from || part.last > end - 1) {
      throw new DownloadError('length_mismatch', 'The server sends another part than asked for.', { passing: true });
    }
  }

  /** The whole file in one answer; what breaks off begins again. */
  async #stream(signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        return await this.#streamOnce(signal);
      } catch (error) {
        if (error instanceof DownloadError && error.passing) this.#sinceFailure = 0;
        await this.#afterFailure(error, signal);
      }
    }
  }

  async #streamOnce(signal: AbortSignal): Promise<void> {
    const { client, limits, digests } = this.#options;
    const { totalBytes } = this.identity;
    const answer = await client.get({ address: this.#remote.address, headers: {}, signal });
    try {
      checkStatus(answer, [200]);
      const length = answer.headers['content-length'];
      if (contradicts(answer.headers, this.identity) || (length !== undefined && Number(length) !== totalBytes)) {
        throw new RemoteChangedError('The server has another version now.');
      }
      // What an earlier answer brought may be of another version: every byte is written again.
      digests.clear();
      this.#received = 0;
      let [index, position, hash] = [0, 0, createHash('sha256')];
      const told: number[] = [];
      for await (const piece of answer.body) {
        for (const limit of limits) await limit.take(piece.length, signal);
        signal.throwIfAborted();
        if (position + piece.length > totalBytes) throw tooLong();
        let rest = piece;
        while (rest.length > 0) {
          const part = rest.subarray(0, this.#endOf(index) - position);
          await this.#write(part, position);
          hash.update(part);
          position += part.length;
          rest = rest.subarray(part.length);
          if (position < this.#endOf(index)) continue;
          digests.set(index, hash.digest('hex'));
          told.push(index);
          [index, hash] = [index + 1, createHash('sha256')];
        }
      }
      if (position < totalBytes) {
        throw new DownloadError('length_mismatch', 'The server sends less than it announced.', { passing: true });
      }
      for (const one of told) await this.#finish(one, digests.get(one) ?? '');
    } finally {
      answer.drop();
    }
  }

  async #write(part: Buffer, position: number): Promise<void> {
    await this.#options.handle.write(part, 0, part.length, position);
    this.#received += part.length;
    this.#sinceFailure += part.length;
    if (this.#sinceFailure >= realProgress) this.#failures = 0;
    this.#tell();
  }

  async #finish(index: number, digest: string): Promise<void> {
    const { knownChunks, journal, digests, onChunk } = this.#options;
    const known = knownChunks?.sha256[index];
    if (known !== undefined && known !== digest) {
      this.#received -= this.#lengthOf(index);
      const times = (this.#wrong.get(index) ?? 0) + 1;
      this.#wrong.set(index, times);
      throw new DownloadError('digest_mismatch', `Chunk ${index} is damaged.`, { passing: times < 3 });
    }
    digests.set(index, digest);
    await journal.add(index, digest);
    onChunk(index);
  }

  /** Waits before the next try. Rejects when there is none. */
  async #afterFailure(error: unknown, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!(error instanceof DownloadError)) throw error;
    // An address that a hub made for a while has run out: the hub makes a new one.
    const ranOut = error.code === 'access_denied' || error.code === 'not_found';
    if (!error.passing && !(ranOut && this.#remote.address !== this.#options.address)) throw error;
    const failures = this.#failures;
    this.#failures += 1;
    this.#sinceFailure = 0;
    if (failures >= mostFailures) {
      throw new DownloadError(error.code, error.message, { cause: error });
    }
    const { clock, random } = this.#options;
    await pause(clock, error.retryAfterMs ?? backoffDelay(retryPlan, failures, random), signal);
    if (ranOut) await this.#lookAgain();
  }

  async #lookAgain(): Promise<void> {
    const found = await this.#options.look();
    if (isSameVersion(found.identity, this.identity) === false) throw new RemoteChangedError('Another version came.');
    this.#remote = found;
  }

  #tell(): void {
    this.#options.onProgress(this.#received, this.identity.totalBytes);
  }

  #endOf(index: number): number {
    return Math.min((index + 1) * this.#options.chunkBytes, this.identity.totalBytes);
  }

  #lengthOf(index: number): number {
    return this.#endOf(index) - index * this.#options.chunkBytes;
  }
}

function tooLong(): DownloadError {
  return new DownloadError('length_mismatch', 'The server sends more than it announced.');
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
