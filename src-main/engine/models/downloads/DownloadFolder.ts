import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { ChunkJournal, journalledBytes } from '#engine/models/transfer/ChunkJournal.ts';
import { writeJsonFile } from '#node/privateFile.ts';
import { DownloadRecord } from './DownloadRecord.ts';

/** How much of a paused download is on disk. */
export interface Arrived {
  readonly bytes: number;
  /** Null while the size is unknown. */
  readonly total: number | null;
}

/** The folder with the files of unfinished downloads. */
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

  /** The downloaded part on disk, according to the journal; copies of local files have none. */
  async arrived(downloadId: string): Promise<Arrived> {
    const part = await stat(this.partFile(downloadId)).catch(() => null);
    if (part === null) return { bytes: 0, total: null };
    const journal = await new ChunkJournal(this.journalFile(downloadId)).read();
    if (journal === null) return { bytes: part.size, total: null };
    return { bytes: journalledBytes(journal), total: journal.header.identity.totalBytes };
  }

  /** The stored downloads, oldest first; invalid ones are skipped. */
  async list(): Promise<DownloadRecord[]> {
    const names = await readdir(this.folder).catch((): string[] => []);
    const files = names.filter((name) => name.endsWith('.json'));
    const records = await Promise.all(files.map((name) => this.#read(path.join(this.folder, name))));
    return records.flat().toSorted((one, other) => one.addedAt - other.addedAt);
  }

  /** Stores a download's record. Throws a SwarmError `storage_full` or `storage_read_only`. */
  save(record: DownloadRecord): void {
    writeJsonFile(this.#recordFile(record.downloadId), record);
  }

  /** Deletes a download's record, with `bytes` also its partial file. */
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
