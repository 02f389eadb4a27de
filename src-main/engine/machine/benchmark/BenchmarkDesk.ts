import type { BenchmarkProgress, BenchmarkSlice } from '#shared/api/hardware.ts';
import type { CommandOutput, CommandRequest } from '#shared/api/commands.ts';
import type { BenchmarkReport, BenchmarkSet } from '#shared/domain/machine/benchmark.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import type { Logger } from '#shared/util/logger.ts';
import { BenchmarkError, throwIfCancelled } from './BenchmarkError.ts';
import type { RunParts } from './benchmarkParts.ts';
import { BenchmarkRun } from './BenchmarkRun.ts';

/** Where reports are kept. */
export interface ReportStore {
  /** Newest first. */
  list(limit: number): readonly BenchmarkReport[];
  add(report: BenchmarkReport): Promise<void>;
}

export interface BenchmarkDeskOptions extends RunParts {
  readonly logger: Logger;
  readonly reports: ReportStore;
  readonly models: () => readonly InstalledModel[];
  /** Resolves when no task runs for others any more; no new ones come while `quiet`. */
  readonly whenIdle: () => Promise<void>;
  readonly isWorking: () => boolean;
  /** Work for others must not begin, or may again. */
  readonly onQuiet: () => void;
  readonly onChange: () => void;
  /** A run was stored. */
  readonly onReport: () => void;
}

type Ended = CommandOutput<'benchmark.wait'>;

interface Running {
  readonly stop: AbortController;
  readonly end: Promise<Ended>;
  progress: BenchmarkProgress;
}

/** Tasks that run get so long to finish before the run goes on beside them, labelled. */
const idleWithinMs = 60_000;

/** Callers ask again after so long. */
const answerWithinMs = 20_000;

/** Starts runs, one at a time, and knows what was measured. */
export class BenchmarkDesk {
  readonly #options: BenchmarkDeskOptions;
  #running: Running | null = null;
  #ended: Ended = { kind: 'idle' };

  constructor(options: BenchmarkDeskOptions) {
    this.#options = options;
  }

  /** True while a run wants the machine for itself. */
  get quiet(): boolean {
    return this.#running !== null;
  }

  /** Begins a run, or joins the one under way. Throws a SwarmError `model_unknown`. */
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
    const text = this.#options.isWorking() ? 'Waiting until running tasks are finished' : 'Beginning';
    const first = { phase: 'waiting', text, model: null, share: 0, latest: null } as const;
    const progress: BenchmarkProgress = { ...first, set, startedAt: clock.now() };
    // The run begins after this call, so that `#running` is there when it ends.
    const end = Promise.resolve().then(() => this.#run(this.#options, set, chosen, stop.signal));
    this.#running = { stop, progress, end };
    this.#options.onQuiet();
    this.#options.onChange();
  }

  /** Ends the run under way and resolves when its processes are gone. */
  async cancel(): Promise<void> {
    const running = this.#running;
    running?.stop.abort();
    await running?.end;
  }

  /** How the run under way ended, or the last one did; `waiting` when that takes long. */
  async wait(): Promise<Ended> {
    const running = this.#running;
    if (running === null) return this.#ended;
    const later = Promise.withResolvers<Ended>();
    const timer = this.#options.clock.setTimer(answerWithinMs, () => later.resolve({ kind: 'waiting' }));
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
      logger.info('The machine was measured.', { set, tookMs: Math.round(report.tookMs), busy: report.load.isBusy });
    } catch (thrown) {
      if (thrown instanceof BenchmarkError && thrown.code === 'cancelled') this.#ended = { kind: 'cancelled' };
      else {
        const message = (thrown instanceof Error ? thrown.message : String(thrown)).slice(0, 500);
        this.#ended = { kind: 'failed', message };
        logger.warn('The machine could not be measured.', { reason: message });
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
    const timer = this.#options.clock.setTimer(idleWithinMs, () => enough.resolve());
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
