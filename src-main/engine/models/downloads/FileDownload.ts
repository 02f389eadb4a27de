import { constants } from 'node:fs';
import { mkdir, open, rm, statfs, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { backoffDelay } from '#shared/util/backoff.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Random } from '#shared/util/random.ts';
import { ChunkJournal } from './ChunkJournal.ts';
import { chunkBytesFor } from './chunks.ts';
import { diskError, DownloadError, RemoteChangedError } from './DownloadError.ts';
import { FrontHash, soundBeginnings, soundChunks } from './FrontHash.ts';
import type { HubClient } from './HubClient.ts';
import type { RateLimit } from './RateLimit.ts';
import { isSameVersion, lookAt, type RemoteFile, type RemoteIdentity } from './RemoteFile.ts';
import { type Repair, repairChunks } from './repairChunks.ts';
import { pause } from './pause.ts';
import { type Begun, Transfer } from './Transfer.ts';

/** Digests of a file's chunks, from a source that is trusted as much as the whole file's digest. */
export interface KnownChunks {
  readonly chunkBytes: number;
  readonly sha256: readonly string[];
}

export interface FileDownloadOptions {
  readonly client: HubClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly address: string;
  /** Where the bytes go; they stay there when this ends before its time. */
  readonly partFile: string;
  readonly journalFile: string;
  /** What the file must be; null takes the hub's own word, or what arrives. */
  readonly sha256: string | null;
  readonly sizeBytes: number | null;
  readonly knownChunks: KnownChunks | null;
  /** Requests at once. */
  readonly connections: number;
  /** Asked for every piece. */
  readonly limits: readonly RateLimit[];
  /** Makes room for the whole file, of so many bytes. Rejects with a {@link DownloadError}. */
  readonly makeRoom: (bytes: number) => Promise<void>;
  readonly onPhase: (phase: 'connecting' | 'downloading' | 'checking') => void;
  /** Bytes that are here. */
  readonly onProgress: (bytes: number, total: number) => void;
  /** The version is known. */
  readonly onRemote?: (identity: RemoteIdentity) => void;
}

/** A file that is whole and synced, still under its temporary name. */
export interface DownloadedFile {
  readonly digest: string;
  readonly bytes: number;
  readonly identity: RemoteIdentity;
  readonly chunks: KnownChunks;
}

/** Versions of one remote file that a download follows before it gives up. */
const mostVersions = 4;

/** Failures in a row without real progress that end a download; it can be taken up again. */
const mostFailures = 10;
const retryPlan = { firstMs: 250, mostMs: 10_000 } as const;

/** Stays free on the disk beside the file. */
const spareBytes = 32 * 2 ** 20;

/**
 * Fetches one file so that it is exactly the remote one: in parallel ranges of one version, resumable after any end,
 * every chunk checked again at a resumption, the whole file checked and synced at the end.
 */
export class FileDownload {
  readonly #options: FileDownloadOptions;
  readonly #journal: ChunkJournal;

  constructor(options: FileDownloadOptions) {
    this.#options = options;
    this.#journal = new ChunkJournal(options.journalFile);
  }

  /** Rejects with a {@link DownloadError}, or with the signal's reason; what arrived stays for the next time. */
  async run(signal: AbortSignal): Promise<DownloadedFile> {
    try {
      for (let version = 1; ; version += 1) {
        try {
          return await this.#follow(signal);
        } catch (error) {
          if (!(error instanceof RemoteChangedError)) throw error;
          if (version === mostVersions) {
            throw new DownloadError('remote_changed', 'The file on the server keeps changing.', { cause: error });
          }
        }
      }
    } catch (error) {
      throw diskError(error);
    } finally {
      await this.#journal.close();
    }
  }

  /** Deletes what arrived. */
  async discard(): Promise<void> {
    await this.#journal.remove();
    await rm(this.#options.partFile, { force: true });
  }

  /** Downloads one version. Rejects with {@link RemoteChangedError} when it becomes another one meanwhile. */
  async #follow(signal: AbortSignal): Promise<DownloadedFile> {
    const { onPhase, onRemote, partFile } = this.#options;
    onPhase('connecting');
    const remote = await this.#look(signal);
    this.#checkPromise(remote.identity);
    onRemote?.(remote.identity);
    await mkdir(path.dirname(partFile), { recursive: true, mode: 0o700 });
    await using handle = await open(partFile, constants.O_RDWR | constants.O_CREAT, 0o600);
    onPhase('checking');
    const { chunkBytes, digests, begun } = await this.#takeUp(handle, remote, signal);
    const { totalBytes } = remote.identity;
    await this.#findRoom(handle, totalBytes);
    await handle.truncate(totalBytes);
    const front = new FrontHash(handle, totalBytes, chunkBytes);
    try {
      for (const index of digests.keys()) front.finish(index);
      onPhase('downloading');
      const { client, clock, random, address, sha256, knownChunks, connections, limits, onProgress } = this.#options;
      const transfer = new Transfer({
        client,
        clock,
        random,
        address,
        sha256,
        knownChunks,
        connections,
        limits,
        onProgress,
        handle,
        journal: this.#journal,
        remote,
        chunkBytes,
        digests,
        begun,
        onChunk: (index) => front.finish(index),
        look: () => this.#look(signal),
      });
      await transfer.run(signal);
      onPhase('checking');
      const digest = await this.#settle({ transfer, handle, signal }, await front.digest());
      await handle.sync();
      const sha256s = Array.from({ length: transfer.chunks }, (_, index) => transfer.digestOf(index));
      return { digest, bytes: totalBytes, identity: remote.identity, chunks: { chunkBytes, sha256: sha256s } };
    } finally {
      await front.stop();
    }
  }

  /** Looks at the remote file, patiently. */
  async #look(signal: AbortSignal): Promise<RemoteFile> {
    const { client, address, clock, random } = this.#options;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await lookAt(client, address, signal);
      } catch (error) {
        if (!(error instanceof DownloadError) || !error.passing || attempt >= mostFailures) throw error;
        await pause(clock, error.retryAfterMs ?? backoffDelay(retryPlan, attempt, random), signal);
      }
    }
  }

  /** What is promised of the file must not contradict what is wanted: that is known before a byte is fetched. */
  #checkPromise({ sha256, totalBytes }: RemoteIdentity): void {
    const { sha256: wanted, sizeBytes } = this.#options;
    if (wanted !== null && sha256 !== null && wanted !== sha256) {
      throw new DownloadError('digest_mismatch', `The hub has another file there: ${sha256.slice(0, 12)}…`);
    }
    if (sizeBytes !== null && sizeBytes !== totalBytes) {
      throw new DownloadError('length_mismatch', `The file should have ${sizeBytes} bytes; there are ${totalBytes}.`);
    }
  }

  /** What an earlier session left of this very version, read again and compared; the journal begins with it. */
  async #takeUp(handle: FileHandle, { identity, acceptsRanges }: RemoteFile, signal: AbortSignal) {
    const { sha256, knownChunks } = this.#options;
    const chunkBytes = knownChunks?.chunkBytes ?? chunkBytesFor(identity.totalBytes);
    const left = await this.#journal.read();
    // Without any mark of the version only a digest can vouch for what is here already.
    const isSame = left !== null && (isSameVersion(left.header.identity, identity) ?? sha256 !== null);
    const isUsable = isSame && acceptsRanges && left.header.chunkBytes === chunkBytes;
    const { totalBytes } = identity;
    const digests = isUsable
      ? await soundChunks(handle, totalBytes, { chunkBytes, digests: left.digests, signal })
      : new Map<number, string>();
    const begun = isUsable ? await soundBeginnings(handle, chunkBytes, left.begun) : new Map<number, Begun>();
    for (const index of digests.keys()) begun.delete(index);
    if (!isUsable) await handle.truncate(0);
    await this.#journal.begin({ header: { version: 1, identity, chunkBytes }, digests });
    return { chunkBytes, digests, begun };
  }

  async #findRoom(handle: FileHandle, totalBytes: number): Promise<void> {
    const { blocks } = await handle.stat();
    const missing = Math.max(0, totalBytes - blocks * 512);
    await this.#options.makeRoom(totalBytes);
    const { bavail, bsize } = await statfs(path.dirname(this.#options.partFile));
    if (bavail * bsize >= missing + spareBytes) return;
    const message = `${megabytes(missing + spareBytes)} are needed and ${megabytes(bavail * bsize)} are free.`;
    throw new DownloadError('storage_full', message);
  }

  /** The digest of the file that is right in the end. Rejects with `digest_mismatch` when it cannot be made right. */
  async #settle(repair: Omit<Repair, 'wanted'>, digest: string): Promise<string> {
    const wanted = this.#options.sha256 ?? repair.transfer.identity.sha256;
    if (wanted === null || wanted === digest) return digest;
    if (await repairChunks({ ...repair, wanted })) return wanted;
    await this.discard();
    throw new DownloadError(
      'digest_mismatch',
      `The file has the digest ${digest.slice(0, 12)}…, not the one it should.`,
    );
  }
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
