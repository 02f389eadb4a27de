import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { base32nopad } from '@scure/base';
import { z } from 'zod';
import { DownloadId, DownloadProblemCode } from '#shared/api/models.ts';
import { ModelDigest } from '#shared/domain/ids.ts';
import { writeJsonFile } from '#node/privateFile.ts';
import { ChunkJournal, journalledBytes } from './ChunkJournal.ts';

/** What is remembered of a download until it is installed; kept beside its bytes. */
export const DownloadRecord = z.object({
  version: z.literal(1),
  downloadId: DownloadId,
  /** A file of this machine that is copied, or an address. */
  from: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('web'), address: z.url().max(2000) }),
    z.object({ kind: z.literal('file'), path: z.string().min(1).max(4096) }),
  ]),
  name: z.string().max(200),
  fileName: z.string().max(300),
  catalogueId: z.string().max(100).nullable(),
  sha256: ModelDigest.nullable(),
  sizeBytes: z.int().min(1).nullable(),
  bytesPerSecond: z.int().min(1).nullable(),
  /** What the owner wants. */
  wish: z.enum(['run', 'paused']),
  problem: z.object({ code: DownloadProblemCode, message: z.string().max(500) }).nullable(),
  addedAt: z.number(),
});
export type DownloadRecord = z.infer<typeof DownloadRecord>;

/** How much of a download is here while it stands still. */
export interface Arrived {
  readonly bytes: number;
  /** Null while the size is not known. */
  readonly total: number | null;
}

/** The same source is always the same download, so that asking again goes on with it. */
export function downloadIdOf(source: string): string {
  const hash = createHash('sha256').update(source).digest();
  return base32nopad.encode(hash).toLowerCase().slice(0, 26);
}

/** The files of downloads under way, in one folder. */
export class DownloadFolder {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  partFile(downloadId: string): string {
    return path.join(this.folder, `${downloadId}.part`);
  }

  journalFile(downloadId: string): string {
    return path.join(this.folder, `${downloadId}.journal`);
  }

  /** What lies here of a download: by its journal where it has one, as copies of files have not. */
  async arrived(downloadId: string): Promise<Arrived> {
    const part = await stat(this.partFile(downloadId)).catch(() => null);
    if (part === null) return { bytes: 0, total: null };
    const journal = await new ChunkJournal(this.journalFile(downloadId)).read();
    if (journal === null) return { bytes: part.size, total: null };
    return { bytes: journalledBytes(journal), total: journal.header.identity.totalBytes };
  }

  /** Oldest first; what cannot be understood is left out. */
  async list(): Promise<DownloadRecord[]> {
    const names = await readdir(this.folder).catch((): string[] => []);
    const files = names.filter((name) => name.endsWith('.json'));
    const records = await Promise.all(files.map((name) => this.#read(path.join(this.folder, name))));
    return records.flat().toSorted((one, other) => one.addedAt - other.addedAt);
  }

  /** Throws a SwarmError `storage_full` or `storage_read_only`. */
  save(record: DownloadRecord): void {
    writeJsonFile(this.#recordFile(record.downloadId), record);
  }

  /** Forgets a download; with `bytes` also what arrived of it. */
  async remove(downloadId: string, { bytes }: { bytes: boolean }): Promise<void> {
    await rm(this.#recordFile(downloadId), { force: true });
    if (!bytes) return;
    await rm(this.partFile(downloadId), { force: true });
    await rm(this.journalFile(downloadId), { force: true });
  }

  #recordFile(downloadId: string): string {
    return path.join(this.folder, `${downloadId}.json`);
  }

  async #read(file: string): Promise<DownloadRecord[]> {
    try {
      return [DownloadRecord.parse(JSON.parse(await readFile(file, 'utf8')))];
    } catch {
      return [];
    }
  }
}
