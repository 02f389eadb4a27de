import type { BenchmarkProgress } from '#shared/api/hardware.ts';
import type { BenchmarkReport, BenchmarkSet, MachineLoad, ModelSpeed } from '#shared/domain/machine/benchmark.ts';
import { planGraphics } from '#shared/domain/models/graphicsPlan.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { BenchmarkError, throwIfCancelled } from './BenchmarkError.ts';
import type { RunParts } from './benchmarkParts.ts';
import { type Effort, efforts } from './effort.ts';
import { measureDisk } from './probes/measureDisk.ts';
import { measureLink } from './probes/measureLink.ts';
import { measureMemory } from './probes/measureMemory.ts';
import { measureModel, type ModelStep } from './probes/measureModel.ts';
import { OneShotWorker } from './OneShotWorker.ts';

export interface RunRequest {
  readonly set: BenchmarkSet;
  readonly models: readonly InstalledModel[];
  readonly signal: AbortSignal;
  /** Whether tasks are still running, which disturb the measurements. */
  readonly isWorking: boolean;
  readonly onProgress: (progress: Progress) => void;
}

export type Progress = Omit<BenchmarkProgress, 'set' | 'startedAt'>;

/** Load of other programs, in percent of all processors, above which a report is marked as disturbed. */
const busyPercent = 20;

/** Progress, from 0 to 1, at which measuring models begins. */
const modelsFrom = 0.25;

/** Context of one sequence, in tokens: tasks are rarely longer, and the memory is better spent on more sequences. */
const contextTokens = 1024;

type Outcome<T> = { readonly value: T; readonly reason: null } | { readonly value: null; readonly reason: string };

/**
 * One benchmark: measures memory, disk, connection and models in turn. A failed part is reported with its reason, and
 * the rest continues.
 */
export class BenchmarkRun {
  readonly #parts: RunParts;
  readonly #request: RunRequest;
  readonly #effort: Effort;
  #cores = 1;
  #share = 0;
  #latest: string | null = null;

  constructor(parts: RunParts, request: RunRequest) {
    this.#parts = parts;
    this.#request = request;
    this.#effort = efforts[request.set];
  }

  /** Runs the benchmark. Rejects with a {@link BenchmarkError} `cancelled` as soon as it is cancelled. */
  async result(): Promise<BenchmarkReport> {
    const { clock } = this.#parts;
    const { set } = this.#request;
    const [at, start] = [Math.round(clock.now()), clock.monotonic()];
    const load = await this.#load();
    this.#cores = await this.#parts.machine.cores();
    const memory = await this.#memory();
    const disk = await this.#disk();
    const link = await this.#link();
    const { models, skipped } = await this.#models(start);
    return { at, set, tookMs: clock.monotonic() - start, load, memory, disk, link, models, skipped };
  }

  async #load(): Promise<MachineLoad> {
    this.#tell('memory', 0, 'Measuring the load of other programs');
    const otherPercent = await this.#parts.machine.otherLoad();
    return { otherPercent, isBusy: this.#request.isWorking || (otherPercent ?? 0) > busyPercent };
  }

  async #memory() {
    const { machine, clock } = this.#parts;
    this.#tell('memory', 0.02, 'Reading main memory');
    const availableBytes = machine.availableBytes();
    const options = { clock, cores: this.#cores, availableBytes, ...this.#effort.memory };
    const speed = await this.#try(async (signal) =>
      measureMemory({ ...options, launcher: await machine.launcher(), signal }),
    );
    if (speed.value !== null) this.#latest = `${speed.value.gigabytesPerSecond.toFixed(1)} GB/s`;
    return speed;
  }

  async #disk() {
    const { clock, home } = this.#parts;
    this.#tell('disk', 0.1, 'Writing and reading a file');
    const speed = await this.#try((signal) => measureDisk({ folder: home, clock, signal, ...this.#effort.disk }));
    if (speed.value !== null) this.#latest = `${Math.round(speed.value.writeMBs)} MB/s written`;
    return speed;
  }

  async #link() {
    const { clock, link, machine } = this.#parts;
    this.#tell('link', 0.2, 'Measuring the connection to the coordinator');
    const speed = await this.#try((signal) => {
      const open = link();
      if (open === null) throw new BenchmarkError('not_measurable', 'There is no connection to a coordinator.');
      return measureLink({ link: open, clock, signal, filler: machine.filler, ...this.#effort.link });
    });
    if (speed.value !== null) this.#latest = `${speed.value.roundTripMs.toFixed(1)} ms`;
    return speed;
  }

  async #models(start: number): Promise<Pick<BenchmarkReport, 'models' | 'skipped'>> {
    const { clock } = this.#parts;
    const models: ModelSpeed[] = [];
    const skipped: { digest: string; name: string; reason: string }[] = [];
    // Small models first: every set measures them, which keeps reports comparable.
    const ordered = this.#request.models.toSorted((a, b) => a.sizeBytes - b.sizeBytes);
    let longest = 0;
    for (const [index, model] of ordered.entries()) {
      const begun = clock.monotonic();
      const isLate = models.length > 0 && begun - start + longest > this.#effort.budgetMs;
      const outcome = isLate ? noTime : await this.#model(model, index / ordered.length, 1 / ordered.length);
      longest = Math.max(longest, clock.monotonic() - begun);
      if (outcome.value !== null) models.push(outcome.value);
      else skipped.push({ digest: model.digest, name: model.name, reason: outcome.reason });
    }
    return { models, skipped };
  }

  async #model(model: InstalledModel, from: number, width: number): Promise<Outcome<ModelSpeed>> {
    if (model.sizeBytes > this.#effort.maxModelBytes) {
      return { value: null, reason: 'Too large for the quick benchmark; the full one measures it.' };
    }
    const tell = (phase: Progress['phase'], share: number, text: string): void =>
      this.#tell(phase, modelsFrom + (1 - modelsFrom) * (from + width * share), text, model);
    tell('load', 0, `Loading ${model.name}`);
    return this.#try(async (signal) => {
      const cores = this.#cores;
      const counts = this.#countsFor(model);
      const cells = Math.min(model.contextSize, contextTokens) * (counts.at(-1) ?? 1);
      const { layers: gpuLayers, mainBytes } = planGraphics(model, cells, await this.#parts.machine.graphics());
      const permissions = { modelPath: model.path, memoryBytes: mainBytes, graphics: gpuLayers > 0 };
      const launcher = await this.#parts.machine.launcher();
      return OneShotWorker.with({ launcher, permissions, clock: this.#parts.clock, signal }, async (worker) => {
        const { contextSize } = await worker.load({
          modelPath: model.path,
          digest: model.digest,
          contextSize: Math.min(model.contextSize, contextTokens),
          sequences: counts.at(-1) ?? 1,
          decodeThreads: cores,
          prefillThreads: cores,
          gpuLayers,
        });
        return measureModel({
          worker,
          model,
          effort: this.#effort.model,
          cores,
          counts,
          contextSize,
          onStep: (step) => {
            if (step.latest !== null) this.#latest = `${Math.round(step.latest)} tokens/s`;
            tell(step.phase, 0.2 + step.share * 0.8, `${stepText(step)} with ${model.name}`);
          },
        });
      });
    });
  }

  /** Numbers of concurrent answers that fit the free memory. Throws `no_room` when not even one does. */
  #countsFor(model: InstalledModel): number[] {
    const { machine } = this.#parts;
    const free = machine.availableBytes();
    const context = Math.min(model.contextSize, contextTokens);
    const counts = this.#effort.counts.filter((count) => machine.memoryFor(model, context * count) <= free);
    if (counts.length > 0) return counts;
    const need = Math.ceil(machine.memoryFor(model, context) / 2 ** 20);
    throw new BenchmarkError('no_room', `It needs ${need} MiB, but only ${Math.floor(free / 2 ** 20)} MiB are free.`);
  }

  /** The measured value, or why there is none. Rethrows only cancellation. */
  async #try<T>(measure: (signal: AbortSignal) => Promise<T>): Promise<Outcome<T>> {
    const { signal } = this.#request;
    throwIfCancelled(signal);
    try {
      return { value: await measure(signal), reason: null };
    } catch (thrown) {
      throwIfCancelled(signal);
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      return { value: null, reason: (message || 'It failed without an error message.').slice(0, 500) };
    }
  }

  #tell(phase: Progress['phase'], share: number, text: string, model: InstalledModel | null = null): void {
    this.#share = Math.min(1, Math.max(this.#share, share));
    this.#request.onProgress({
      phase,
      text: text.slice(0, 300),
      model: model === null ? null : { digest: model.digest, name: model.name },
      share: this.#share,
      latest: this.#latest,
    });
  }
}

const noTime: Outcome<ModelSpeed> = {
  value: null,
  reason: 'Skipped to stay within the time limit. Measure it alone: open-swarm benchmark --model',
};

function stepText({ phase, sequences }: ModelStep): string {
  if (phase === 'prefill') return 'Reading prompts';
  return sequences === 1 ? 'Writing one answer' : `Writing ${sequences} answers concurrently`;
}
