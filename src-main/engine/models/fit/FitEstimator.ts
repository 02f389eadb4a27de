import path from 'node:path';
import { usualMemoryShare } from '#shared/domain/models/expectedSpeed.ts';
import type { FitVerdict } from '#shared/domain/models/fitVerdict.ts';
import { planGraphics } from '#shared/domain/models/graphicsPlan.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import { type FitQuestion, judgeFit, type MachineView } from './judgeFit.ts';
import { correctionFor, type LoadMeasurement, LoadMeasurements } from './LoadMeasurements.ts';

export interface FitEstimatorOptions {
  /** `HOME/models`; the measurements are stored in it. */
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly machine: () => Pick<MachineView, 'totalBytes' | 'modelBytes' | 'graphics'>;
  /** Benchmarked read speed of main memory in bytes per second; null before the first benchmark. Models reach a share of it. */
  readonly bandwidth: () => number | null;
  readonly installed: () => readonly InstalledModel[];
  /** Speed of one answer in tokens per second, where a run has shown it; null otherwise. */
  readonly speedOf: (digest: string) => number | null;
}

/** Runs of smaller model files do not show how fast the machine reads weights. */
const minBytesForSpeed = 50e6;

/** Judges whether models run on this machine, and learns from the measured memory of loads. */
export class FitEstimator {
  readonly #options: FitEstimatorOptions;
  readonly #measurements: LoadMeasurements;

  constructor(options: FitEstimatorOptions) {
    this.#options = options;
    this.#measurements = new LoadMeasurements(path.join(options.folder, 'memory.json'));
  }

  /** Memory measured in earlier loads. */
  get measurements(): readonly LoadMeasurement[] {
    return this.#measurements.all;
  }

  /** The machine, with its speed as shown by runs or by the benchmark. */
  machine(): MachineView {
    const { installed, speedOf, bandwidth, machine } = this.#options;
    const speeds = installed().flatMap(({ digest, sizeBytes }) => {
      const tokensPerSecond = sizeBytes < minBytesForSpeed ? null : speedOf(digest);
      return tokensPerSecond === null ? [] : [tokensPerSecond * sizeBytes];
    });
    const memory = bandwidth();
    const weightBytesPerSecond =
      speeds.length > 0 ? Math.max(...speeds) : memory === null ? null : memory * usualMemoryShare;
    return { ...machine(), weightBytesPerSecond };
  }

  /** Judges an installed model. */
  verdictOf(model: InstalledModel): FitVerdict {
    const { contextSize, ...shape } = model;
    return this.judge({ ...shape, trainedContext: contextSize }, model);
  }

  /** Judges a file; digest and quantisation select the measurements that correct the estimate. */
  judge(question: FitQuestion, file: { digest: string | null; quantisation: string }): FitVerdict {
    return judgeFit(question, this.machine(), correctionFor(file, this.measurements));
  }

  /** Correction of the estimate of a model's memory, learnt from earlier loads; 1 before any. */
  correctionOf(model: InstalledModel): number {
    return correctionFor(model, this.measurements).factor;
  }

  /** Records the peak memory of a loaded model, for later estimates. */
  learn(model: InstalledModel, load: { contextSize: number; slots: number; measuredBytes: number }): void {
    const { clock, logger, machine } = this.#options;
    const cells = load.contextSize * load.slots;
    const { mainBytes, graphicsBytes } = planGraphics(model, cells, machine().graphics);
    const { digest, quantisation, sizeBytes } = model;
    const predictedBytes = mainBytes + graphicsBytes;
    const { measuredBytes } = load;
    try {
      this.#measurements.add({ digest, quantisation, sizeBytes, predictedBytes, measuredBytes, at: clock.now() });
    } catch (error) {
      logger.warn('A memory measurement could not be stored.', { reason: String(error) });
    }
  }
}
