import { z } from 'zod';
import { modelPart } from '#shared/domain/models/memoryEstimate.ts';
import { readJsonFile, writeJsonFile } from '#node/privateFile.ts';

const Lesson = z.object({
  digest: z.string().max(64),
  quantisation: z.string().max(32),
  /** Of the file; lessons of earlier versions do not know it. */
  sizeBytes: z.number().positive().optional(),
  predictedBytes: z.number().positive(),
  measuredBytes: z.number().positive(),
  /** UTC milliseconds. */
  at: z.number(),
});
export type Lesson = z.infer<typeof Lesson>;

const Lessons = z.object({ version: z.literal(1), lessons: z.array(Lesson).max(200) });

const mostLessons = 100;

const monthMs = 30 * 24 * 3_600_000;

/** Files below this say little about others: nearly all that their workers hold is the process itself. */
const tellingBytes = 50e6;

function ratioOf({ measuredBytes, predictedBytes }: Lesson): number {
  return modelPart(measuredBytes) / Math.max(1, modelPart(predictedBytes));
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
  /** Scales the part of an estimate that depends on the model (`correctEstimate`). */
  readonly factor: number;
  /** Of the raw estimate, above zero when it was too high; null when nothing was learnt that fits. */
  readonly errorPercent: number | null;
}

/**
 * From the same model's last load; else the middle of loads with the same quantisation, which decides what the library
 * repacks on this processor; else none. Other models may only teach that more is needed: a promise that is too low gets
 * a worker killed by its own limit.
 */
export function correctionFor(
  { digest, quantisation }: { digest: string | null; quantisation: string },
  lessons: readonly Lesson[],
): Correction {
  const own = lessons.find((lesson) => lesson.digest === digest);
  const lesson = own ?? middleOf(lessons.filter((other) => other.quantisation === quantisation && isTelling(other)));
  if (lesson === undefined) return { factor: 1, errorPercent: null };
  const factor = Math.min(2, Math.max(own === undefined ? 1 : 0.5, ratioOf(lesson)));
  const error = lesson.predictedBytes / lesson.measuredBytes - 1;
  return { factor, errorPercent: Math.round(error * 1000) / 10 };
}

function isTelling({ sizeBytes = 0 }: Lesson): boolean {
  return sizeBytes >= tellingBytes;
}

function middleOf(lessons: readonly Lesson[]): Lesson | undefined {
  return lessons.toSorted((one, other) => ratioOf(one) - ratioOf(other))[Math.floor(lessons.length / 2)];
}
