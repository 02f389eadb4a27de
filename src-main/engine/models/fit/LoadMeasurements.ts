import { z } from 'zod';
import { modelPart } from '#shared/domain/models/memoryEstimate.ts';
import { readJsonFile, writeJsonFile } from '#node/privateFile.ts';

const LoadMeasurement = z.object({
  digest: z.string().max(64),
  quantisation: z.string().max(32),
  /** Size of the file; missing in measurements of earlier versions. */
  sizeBytes: z.number().positive().optional(),
  predictedBytes: z.number().positive(),
  measuredBytes: z.number().positive(),
  /** UTC milliseconds. */
  at: z.number(),
});
export type LoadMeasurement = z.infer<typeof LoadMeasurement>;

const MeasurementsFile = z.object({ version: z.literal(1), lessons: z.array(LoadMeasurement).max(200) });

const maxMeasurements = 100;

const monthMs = 30 * 24 * 3_600_000;

/** Measurements of smaller files do not apply to others: most of the memory is the process itself. */
const significantBytes = 50e6;

/** Measured over predicted size of the part that depends on the model. */
function ratioOf({ measuredBytes, predictedBytes }: LoadMeasurement): number {
  return modelPart(measuredBytes) / Math.max(1, modelPart(predictedBytes));
}

/** Memory that loaded models really took on this machine, stored in a file; it corrects later estimates. */
export class LoadMeasurements {
  readonly #file: string;
  #all: readonly LoadMeasurement[];

  /** An unreadable file counts as empty. */
  constructor(file: string) {
    this.#file = file;
    this.#all = readJsonFile(file, MeasurementsFile)?.lessons ?? [];
  }

  get all(): readonly LoadMeasurement[] {
    return this.#all;
  }

  /**
   * Records a measurement. Per model the highest ratio to the prediction is kept, because short prompts show less than
   * the model may need; after a month a new measurement replaces it in any case. Throws a SwarmError `storage_…`.
   */
  add(measurement: LoadMeasurement): void {
    const known = this.#all.find(({ digest }) => digest === measurement.digest);
    if (known !== undefined && measurement.at - known.at < monthMs && ratioOf(known) >= ratioOf(measurement)) return;
    const others = this.#all.filter(({ digest }) => digest !== measurement.digest);
    this.#all = [...others, measurement].slice(-maxMeasurements);
    writeJsonFile(this.#file, { version: 1, lessons: this.#all });
  }
}

/** Correction of a memory estimate, and how accurate such estimates were. */
export interface Correction {
  /** Scales the part of an estimate that depends on the model (`correctEstimate`). */
  readonly factor: number;
  /**
   * Error of the uncorrected estimate in percent, positive when it was too high; null without an applicable
   * measurement.
   */
  readonly errorPercent: number | null;
}

/**
 * The correction for a model: from its own measurement, else the median over models with the same quantisation, which
 * decides what the library repacks on this processor, else none. Other models only ever raise an estimate: with one
 * that is too low the worker would be killed by its own limit.
 */
export function correctionFor(
  { digest, quantisation }: { digest: string | null; quantisation: string },
  measurements: readonly LoadMeasurement[],
): Correction {
  const own = measurements.find((one) => one.digest === digest);
  const measurement =
    own ?? medianOf(measurements.filter((other) => other.quantisation === quantisation && isSignificant(other)));
  if (measurement === undefined) return { factor: 1, errorPercent: null };
  const factor = Math.min(2, Math.max(own === undefined ? 1 : 0.5, ratioOf(measurement)));
  const error = measurement.predictedBytes / measurement.measuredBytes - 1;
  return { factor, errorPercent: Math.round(error * 1000) / 10 };
}

function isSignificant({ sizeBytes = 0 }: LoadMeasurement): boolean {
  return sizeBytes >= significantBytes;
}

function medianOf(measurements: readonly LoadMeasurement[]): LoadMeasurement | undefined {
  return measurements.toSorted((one, other) => ratioOf(one) - ratioOf(other))[Math.floor(measurements.length / 2)];
}
