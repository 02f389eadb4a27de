import { z } from 'zod';
import { readJsonFile, writeJsonFile } from '#node/privateFile.ts';

const SpeedFile = z.object({ version: z.literal(1), bytesPerSecond: z.number().positive(), at: z.number() });

/** Smaller downloads are ignored: a connection takes time to reach its full speed. */
const minBytes = 4 * 2 ** 20;

/** Speed of the latest unthrottled download from the web, stored in a file; it predicts the duration of the next. */
export class DownloadSpeed {
  readonly #file: string;
  #bytesPerSecond: number | null;

  /** An unreadable file counts as empty. */
  constructor(file: string) {
    this.#file = file;
    this.#bytesPerSecond = readJsonFile(file, SpeedFile)?.bytesPerSecond ?? null;
  }

  /** Null before the first download. */
  get bytesPerSecond(): number | null {
    return this.#bytesPerSecond;
  }

  /** Records a download. Throws a SwarmError `storage_…`. */
  add({ bytes, millis, at }: { bytes: number; millis: number; at: number }): void {
    if (bytes < minBytes || millis <= 0) return;
    this.#bytesPerSecond = Math.round((bytes / millis) * 1000);
    writeJsonFile(this.#file, { version: 1, bytesPerSecond: this.#bytesPerSecond, at });
  }
}
