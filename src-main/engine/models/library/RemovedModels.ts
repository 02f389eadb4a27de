import { z } from 'zod';
import { readJsonFile, writeJsonFile } from '#node/privateFile.ts';
import { ModelDigest } from '#shared/domain/ids.ts';

const Removed = z.object({ version: z.literal(1), digests: z.array(ModelDigest).max(1000) });

/**
 * Models that ship with the app but were removed by the owner, stored in a file; they are not reinstalled at the next
 * start.
 */
export class RemovedModels {
  readonly #file: string;

  /** An unreadable file counts as empty. */
  constructor(file: string) {
    this.#file = file;
  }

  has(digest: string): boolean {
    return this.#digests().includes(digest);
  }

  /** Throws a SwarmError `storage_…`. */
  add(digest: string): void {
    if (!this.has(digest)) this.#write([...this.#digests(), digest]);
  }

  /** The model was installed again. Throws a SwarmError `storage_…`. */
  forget(digest: string): void {
    if (this.has(digest)) this.#write(this.#digests().filter((one) => one !== digest));
  }

  #digests(): readonly string[] {
    return readJsonFile(this.#file, Removed)?.digests ?? [];
  }

  #write(digests: readonly string[]): void {
    writeJsonFile(this.#file, { version: 1, digests });
  }
}
