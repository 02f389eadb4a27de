import { constants } from 'node:fs';
import { mkdir, open, rm, statfs, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { ChunkJournal } from './ChunkJournal.ts';
import { chunkBytesFor } from './chunks.ts';
import { diskError, DownloadError, RemoteChangedError } from './DownloadError.ts';
import { FrontHash, soundChunks, soundPartials } from './FrontHash.ts';
import { isSameVersion, probeRemote, type RemoteFile, type RemoteIdentity } from './RemoteFile.ts';
import { type Repair, repairChunks } from './repairChunks.ts';
import { RetryBudget } from './RetryBudget.ts';
import { type KnownChunks, type PartialHash, Transfer, type TransferOptions } from './Transfer.ts';

export interface FileDownloadOptions extends Pick<
  TransferOptions,
  'client' | 'clock' | 'random' | 'address' | 'sha256' | 'knownChunks' | 'connections' | 'limits' | 'onProgress'
> {
  /** Destination; a partial file stays there when the download fails. */
  readonly partFile: string;
  readonly journalFile: string;
  /** Expected size of the file in bytes; null when it is not known beforehand. */
  readonly sizeBytes: number | null;
  /** Makes room for the whole file, of this size in bytes. Rejects with a {@link DownloadError}. */
  readonly makeRoom: (bytes: number) => Promise<void>;
  readonly onPhase: (phase: 'connecting' | 'downloading' | 'checking') => void;
  /** Called once the version of the remote file is known. */
  readonly onRemote?: (identity: RemoteIdentity) => void;
}

/** A complete, synced file, still under its temporary name. */
export interface DownloadedFile {
  readonly digest: string;
  readonly bytes: number;
  readonly identity: RemoteIdentity;
  readonly chunks: KnownChunks;
}

/** A download gives up when the remote file changes more often than this. */
const maxVersions = 4;

/** Disk space that must stay free beside the file. */
const spareBytes = 32 * 2 ** 20;

/**
 * Downloads one file so that it equals the remote one: in parallel ranges of one version, resumable after any
 * interruption, with every chunk verified again on resumption and the whole file verified and synced at the end.
 */
export class FileDownload {
  readonly #options: FileDownloadOptions;
  readonly #journal: ChunkJournal;

  constructor(options: FileDownloadOptions) {
    this.#options = options;
    this.#journal = new ChunkJournal(options.journalFile);
  }

  /** Runs the download. Rejects with a {@link DownloadError} or the signal's reason; the partial file stays for a resumption. */
  async run(signal: AbortSignal): Promise<DownloadedFile> {
    try {
      for (let version = 1; ; version += 1) {
        try {
          return await this.#downloadVersion(signal);
        } catch (error) {
          if (!(error instanceof RemoteChangedError)) throw error;
          if (version === maxVersions) {
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

  /** Deletes the partial file and its journal. */
  async discard(): Promise<void> {
    await this.#journal.remove();
    await rm(this.#options.partFile, { force: true });
  }

  /** Downloads the present version. Rejects with {@link RemoteChangedError} when it changes meanwhile. */
  async #downloadVersion(signal: AbortSignal): Promise<DownloadedFile> {
    const { onPhase, onRemote, partFile } = this.#options;
    onPhase('connecting');
    const remote = await this.#probe(signal);
    this.#checkIdentity(remote.identity);
    onRemote?.(remote.identity);
    await mkdir(path.dirname(partFile), { recursive: true, mode: 0o700 });
    await using handle = await open(partFile, constants.O_RDWR | constants.O_CREAT, 0o600);
    onPhase('checking');
    const { chunkBytes, digests, partial } = await this.#resume(handle, remote, signal);
    const { totalBytes } = remote.identity;
    await this.#ensureSpace(handle, totalBytes);
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
        partial,
        onChunk: (index) => front.finish(index),
        probe: () => this.#probe(signal),
      });
      await transfer.run(signal);
      onPhase('checking');
      const digest = await this.#verify({ transfer, handle, signal }, await front.digest());
      await handle.sync();
      const sha256s = Array.from({ length: transfer.chunks }, (_, index) => transfer.digestOf(index));
      return { digest, bytes: totalBytes, identity: remote.identity, chunks: { chunkBytes, sha256: sha256s } };
    } finally {
      await front.stop();
    }
  }

  /** Looks up the remote file, with retries. */
  async #probe(signal: AbortSignal): Promise<RemoteFile> {
    const { client, address, clock, random } = this.#options;
    const retries = new RetryBudget(clock, random);
    for (;;) {
      try {
        return await probeRemote(client, address, signal);
      } catch (error) {
        if (!(error instanceof DownloadError) || !error.passing) throw error;
        await retries.waitAfter(error, signal);
      }
    }
  }

  /** Compares what the server says of the file with what is expected, before anything is downloaded. */
  #checkIdentity({ sha256, totalBytes }: RemoteIdentity): void {
    const { sha256: expected, sizeBytes } = this.#options;
    if (expected !== null && sha256 !== null && expected !== sha256) {
      throw new DownloadError('digest_mismatch', `The hub has another file at this address: ${sha256.slice(0, 12)}…`);
    }
    if (sizeBytes !== null && sizeBytes !== totalBytes) {
      throw new DownloadError('length_mismatch', `The file should have ${sizeBytes} bytes, but has ${totalBytes}.`);
    }
  }

  /** Reads and verifies the chunks an earlier session left of the same version, and starts a new journal with them. */
  async #resume(handle: FileHandle, { identity, acceptsRanges }: RemoteFile, signal: AbortSignal) {
    const { sha256, knownChunks } = this.#options;
    const chunkBytes = knownChunks?.chunkBytes ?? chunkBytesFor(identity.totalBytes);
    const left = await this.#journal.read();
    // Without any mark of the version only the digest of the file can vouch for what is on disk.
    const isSame = left !== null && (isSameVersion(left.header.identity, identity) ?? sha256 !== null);
    const isUsable = isSame && acceptsRanges && left.header.chunkBytes === chunkBytes;
    const { totalBytes } = identity;
    const digests = isUsable
      ? await soundChunks(handle, totalBytes, { chunkBytes, digests: left.digests, signal })
      : new Map<number, string>();
    const partial = isUsable ? await soundPartials(handle, chunkBytes, left.partial) : new Map<number, PartialHash>();
    for (const index of digests.keys()) partial.delete(index);
    if (!isUsable) await handle.truncate(0);
    await this.#journal.restart({ header: { version: 1, identity, chunkBytes }, digests });
    return { chunkBytes, digests, partial };
  }

  /** Rejects with `storage_full` when the file does not fit the disk. */
  async #ensureSpace(handle: FileHandle, totalBytes: number): Promise<void> {
    const { blocks } = await handle.stat();
    const missing = Math.max(0, totalBytes - blocks * 512);
    await this.#options.makeRoom(totalBytes);
    const { bavail, bsize } = await statfs(path.dirname(this.#options.partFile));
    if (bavail * bsize >= missing + spareBytes) return;
    const message = `${megabytes(missing + spareBytes)} are needed, but only ${megabytes(bavail * bsize)} are free.`;
    throw new DownloadError('storage_full', message);
  }

  /** Compares the digest with the expected one and repairs the file if needed. Rejects with `digest_mismatch`. */
  async #verify(repair: Omit<Repair, 'expected'>, digest: string): Promise<string> {
    const expected = this.#options.sha256 ?? repair.transfer.identity.sha256;
    if (expected === null || expected === digest) return digest;
    if (await repairChunks({ ...repair, expected })) return expected;
    await this.discard();
    throw new DownloadError(
      'digest_mismatch',
      `The file has the digest ${digest.slice(0, 12)}… instead of ${expected.slice(0, 12)}….`,
    );
  }
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
