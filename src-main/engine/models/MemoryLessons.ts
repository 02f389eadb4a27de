import { z } from 'zod';
import { readJsonFile, writeJsonFile } from '#node/privateFile.ts';

const Lesson = z.object({
  digest: z.string().max(64),
  quantisation: z.string().max(32),
  predictedBytes: z.number().positive(),
  measuredBytes: z.number().positive(),
  /** UTC milliseconds. */
  at: z.number(),
});
export type Lesson = z.infer<typeof Lesson>;

const Lessons = z.object({ version: z.literal(1), lessons: z.array(Lesson).max(200) });

const mostLessons = 100;

const monthMs = 30 * 24 * 3_600_000;

function ratioOf({ measuredBytes, predictedBytes }: Lesson): number {
  return measuredBytes / predictedBytes;
}

/** What loads of models really took on this machine; it corrects later estimates. */
export class MemoryLessons {
  readonly #file: string;
  #lessons: readonly Lesson[];

  /** `file`: where they are kept; what cannot be read there counts as none. */
  constructor(file: string) {
    this.#file = file;
    this.#lessons = readJsonFile(file, Lessons)?.lessons ?? [];
  }

  get all(): readonly Lesson[] {
    return this.#lessons;
  }

  /**
   * Keeps the load of a model that took most for what was predicted: one that only ever answers short prompts shows less
   * than it may need. After a month whatever is new counts. Throws a SwarmError of the disk.
   */
  add(lesson: Lesson): void {
    const known = this.#lessons.find(({ digest }) => digest === lesson.digest);
    if (known !== undefined && lesson.at - known.at < monthMs && ratioOf(known) >= ratioOf(lesson)) return;
    const others = this.#lessons.filter(({ digest }) => digest !== lesson.digest);
    this.#lessons = [...others, lesson].slice(-mostLessons);
    writeJsonFile(this.#file, { version: 1, lessons: this.#lessons });
  }
}

/** How an estimate is corrected, and how far such estimates were off. */
export interface Correction {
  readonly factor: number;
  /** Of the raw estimate; null when nothing was learnt that fits. */
  readonly errorPercent: number | null;
}

/**
 * From the same model's last load; else the middle of loads with the same quantisation, which decides what the library
 * repacks on this processor; else none.
 */
export function correctionFor(
  { digest, quantisation }: { digest: string | null; quantisation: string },
  lessons: readonly Lesson[],
): Correction {
  const own = lessons.filter((lesson) => lesson.digest === digest);
  const alike = own.length > 0 ? own : lessons.filter((lesson) => lesson.quantisation === quantisation);
  const ratios = alike.map(ratioOf);
  const middle = ratios.toSorted((one, other) => one - other)[Math.floor(ratios.length / 2)];
  if (middle === undefined) return { factor: 1, errorPercent: null };
  const factor = Math.min(2, Math.max(0.5, middle));
  return { factor, errorPercent: Math.round(Math.abs(1 - 1 / middle) * 1000) / 10 };
}
