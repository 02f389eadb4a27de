import { z } from 'zod';
import { readJsonFile, writeJsonFile } from '#node/privateFile.ts';

const Lesson = z.object({ version: z.literal(1), bytesPerSecond: z.number().positive(), at: z.number() });

/** Less says little about a connection: it takes its time to come up to speed. */
const tellingBytes = 4 * 2 ** 20;

/** How fast the last download from the web went, without a limit; it tells how long the next one takes. */
export class LinkLesson {
  readonly #file: string;
  #bytesPerSecond: number | null;

  /** `file`: where it is kept; what cannot be read there counts as none. */
  constructor(file: string) {
    this.#file = file;
    this.#bytesPerSecond = readJsonFile(file, Lesson)?.bytesPerSecond ?? null;
  }

  get bytesPerSecond(): number | null {
    return this.#bytesPerSecond;
  }

  /** Throws a SwarmError of the disk. */
  add({ bytes, millis, at }: { bytes: number; millis: number; at: number }): void {
    if (bytes < tellingBytes || millis <= 0) return;
    this.#bytesPerSecond = Math.round((bytes / millis) * 1000);
    writeJsonFile(this.#file, { version: 1, bytesPerSecond: this.#bytesPerSecond, at });
  }
}
