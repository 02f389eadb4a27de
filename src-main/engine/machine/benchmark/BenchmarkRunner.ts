import type { BenchmarkProgress, BenchmarkSlice } from '#shared/api/hardware.ts';
import type { CommandOutput, CommandRequest } from '#shared/api/commands.ts';
import type { BenchmarkReport, BenchmarkSet } from '#shared/domain/machine/benchmark.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import type { Logger } from '#shared/util/logger.ts';
import { BenchmarkError, throwIfCancelled } from './BenchmarkError.ts';
import type { RunParts } from './benchmarkParts.ts';
import { BenchmarkRun } from './BenchmarkRun.ts';

/** Storage of benchmark reports. */
export interface ReportStore {
  /** The latest reports, newest first. */
  list(limit: number): readonly BenchmarkReport[];
  add(report: BenchmarkReport): Promise<void>;
}

export interface BenchmarkRunnerOptions extends RunParts {
  readonly logger: Logger;
  readonly reports: ReportStore;
  readonly models: () => readonly InstalledModel[];
  /** Resolves when no task for others is running; none starts while `quiet`. */
  readonly whenIdle: () => Promise<void>;
  readonly isWorking: () => boolean;
  /** `quiet` has changed: work for others must pause, or may resume. */
  readonly onQuiet: () => void;
  /** `slice()` has changed. */
  readonly onChange: () => void;
  /** A new report was stored. */
  readonly onReport: () => void;
}

type Ended = CommandOutput<'benchmark.wait'>;

interface Running {
  readonly stop: AbortController;
  readonly end: Promise<Ended>;
  progress: BenchmarkProgress;
}

/** How long running tasks may take to finish; then the benchmark starts beside them and is marked as disturbed. */
const maxWaitForTasksMs = 60_000;

/** After this `wait` returns `waiting`, and callers call again. */
const maxWaitForEndMs = 20_000;

/** Runs benchmarks, one at a time, and keeps their reports. */
export class BenchmarkRunner {
  readonly #options: BenchmarkRunnerOptions;
  #running: Running | null = null;
  #ended: Ended = { kind: 'idle' };

  constructor(options: BenchmarkRunnerOptions) {
    this.#options = options;
  }

  /** Whether a run is in progress, which needs the machine to itself. */
  get quiet(): boolean {
    return this.#running !== null;
  }

  /** Starts a run, unless one is in progress. Throws a SwarmError `model_unknown`. */
  start({ set, models: wanted }: CommandRequest<'benchmark.start'>): void {
    const { clock, models } = this.#options;
    if (this.#running !== null) return;
    const installed = models();
    const missing = wanted?.find((digest) => !installed.some((model) => model.digest === digest));
    if (missing !== undefined) {
      throw new SwarmError('model_unknown', `No model with the digest ${missing} is installed.`, { field: 'models' });
    }
    const chosen = wanted === undefined ? installed : installed.filter(({ digest }) => wanted.includes(digest));
    const stop = new AbortController();
    const text = this.#options.isWorking() ? 'Waiting for running tasks to finish' : 'Starting';
    const first = { phase: 'waiting', text, model: null, share: 0, latest: null } as const;
    const progress: BenchmarkProgress = { ...first, set, startedAt: clock.now() };
    // Deferred, so that `#running` is set before the run can end.
    const end = Promise.resolve().then(() => this.#run(this.#options, set, chosen, stop.signal));
    this.#running = { stop, progress, end };
    this.#options.onQuiet();
    this.#options.onChange();
  }

  /** Cancels the run in progress; resolves when its processes have exited. */
  async cancel(): Promise<void> {
    const running = this.#running;
    running?.stop.abort();
    await running?.end;
  }

  /** How the run in progress ends, or the last one ended; `waiting` when it takes longer than 20 s. */
  async wait(): Promise<Ended> {
    const running = this.#running;
    if (running === null) return this.#ended;
    const later = Promise.withResolvers<Ended>();
    const timer = this.#options.clock.setTimer(maxWaitForEndMs, () => later.resolve({ kind: 'waiting' }));
    try {
      return await Promise.race([running.end, later.promise]);
    } finally {
      timer.cancel();
    }
  }

  history(limit: number): readonly BenchmarkReport[] {
    return this.#options.reports.list(limit);
  }

  slice(): BenchmarkSlice {
    const [last = null, ...older] = this.history(50);
    const previous = older.find(({ set }) => set === last?.set) ?? older[0] ?? null;
    const problem = this.#ended.kind === 'failed' ? this.#ended.message : null;
    return { running: this.#running?.progress ?? null, last, previous, problem };
  }

  async #run(parts: RunParts, set: BenchmarkSet, models: readonly InstalledModel[], signal: AbortSignal) {
    const { logger, onChange, onQuiet, onReport } = this.#options;
    try {
      const report = await this.#measure(parts, set, models, signal);
      this.#ended = { kind: 'done', report };
      logger.info('The benchmark is done.', { set, tookMs: Math.round(report.tookMs), busy: report.load.isBusy });
    } catch (thrown) {
      if (thrown instanceof BenchmarkError && thrown.code === 'cancelled') this.#ended = { kind: 'cancelled' };
      else {
        const message = (thrown instanceof Error ? thrown.message : String(thrown)).slice(0, 500);
        this.#ended = { kind: 'failed', message };
        logger.warn('The benchmark failed.', { reason: message });
      }
    }
    this.#running = null;
    onQuiet();
    if (this.#ended.kind === 'done') onReport();
    onChange();
    return this.#ended;
  }

  async #measure(parts: RunParts, set: BenchmarkSet, models: readonly InstalledModel[], signal: AbortSignal) {
    const { reports, isWorking } = this.#options;
    if (isWorking()) await this.#waitForTasks(signal);
    throwIfCancelled(signal);
    const onProgress = (progress: Omit<BenchmarkProgress, 'set' | 'startedAt'>): void => this.#show(progress);
    const run = new BenchmarkRun(parts, { set, models, signal, isWorking: isWorking(), onProgress });
    const report = await run.result();
    onProgress({ phase: 'storing', text: 'Storing the result', model: null, share: 1, latest: null });
    await reports.add(report);
    return report;
  }

  async #waitForTasks(signal: AbortSignal): Promise<void> {
    throwIfCancelled(signal);
    const enough = Promise.withResolvers<void>();
    const timer = this.#options.clock.setTimer(maxWaitForTasksMs, () => enough.resolve());
    const stop = (): void => enough.resolve();
    signal.addEventListener('abort', stop, { once: true });
    await Promise.race([this.#options.whenIdle(), enough.promise]);
    signal.removeEventListener('abort', stop);
    timer.cancel();
  }

  #show(progress: Omit<BenchmarkProgress, 'set' | 'startedAt'>): void {
    const running = this.#running;
    if (running === null) return;
    const { set, startedAt } = running.progress;
    running.progress = { ...progress, set, startedAt };
    this.#options.onChange();
  }
}
