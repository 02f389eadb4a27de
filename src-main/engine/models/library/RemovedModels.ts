import { z } from 'zod';
import { readJsonFile, writeJsonFile } from '#node/privateFile.ts';
import { ModelDigest } from '#shared/domain/ids.ts';

const Removed = z.object({ version: z.literal(1), digests: z.array(ModelDigest).max(1000) });

/** Models that ship with the app and that somebody does not want: the next start does not bring them back. */
export class RemovedModels {
  readonly #file: string;

  /** `file`: where they are kept; what cannot be read there counts as none. */
  constructor(file: string) {
    this.#file = file;
  }

  has(digest: string): boolean {
    return this.#digests().includes(digest);
  }

  /** Throws a SwarmError of the disk. */
  add(digest: string): void {
    if (!this.has(digest)) this.#write([...this.#digests(), digest]);
  }

  /** Somebody wants it again. Throws a SwarmError of the disk. */
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
