import type { Clock } from '#shared/util/clock.ts';

/** Callbacks of the runner of one download. */
export interface RunHooks {
  readonly onPhase: (phase: 'connecting' | 'downloading' | 'checking') => void;
  readonly onProgress: (bytes: number, total: number) => void;
}

/** A download in progress: its state, its speed, and how to stop it. */
export class RunningDownload {
  readonly #clock: Clock;
  readonly #onChange: () => void;
  readonly #speed = new SpeedMeter();
  readonly #stopping = new AbortController();
  readonly #ended = Promise.withResolvers<void>();
  phase: 'connecting' | 'downloading' | 'checking' = 'connecting';
  bytes = 0;
  total: number | null = null;

  constructor(clock: Clock, onChange: () => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  get isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  get bytesPerSecond(): number {
    return this.phase === 'downloading' ? this.#speed.bytesPerSecond : 0;
  }

  get secondsLeft(): number | null {
    if (this.total === null || this.bytesPerSecond === 0) return null;
    return Math.max(0, Math.round((this.total - this.bytes) / this.bytesPerSecond));
  }

  /** Runs the work with hooks that record its progress here. */
  run<T>(work: (hooks: RunHooks, signal: AbortSignal) => Promise<T>): Promise<T> {
    const hooks: RunHooks = {
      onPhase: (phase) => {
        this.phase = phase;
        this.#onChange();
      },
      onProgress: (bytes, total) => {
        this.bytes = bytes;
        this.total = total;
        this.#speed.record(bytes, this.#clock.monotonic());
        this.#onChange();
      },
    };
    return work(hooks, this.#stopping.signal);
  }

  /** Call when the work has ended. */
  finish(): void {
    this.#ended.resolve();
  }

  /** Aborts the work and resolves once it has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('The download was stopped.'));
    await this.#ended.promise;
  }
}

/** Window over which the speed is measured, in milliseconds. */
const windowMs = 5000;

/** Measures bytes per second over the last few seconds. */
class SpeedMeter {
  #marks: { readonly at: number; readonly bytes: number }[] = [];

  /** `bytes` in total at `at`, monotonic milliseconds. */
  record(bytes: number, at: number): void {
    const last = this.#marks.at(-1);
    if (last !== undefined && at - last.at < 100) return;
    // A damaged chunk reduces the total, so the measurement restarts.
    if (last !== undefined && bytes < last.bytes) this.#marks = [];
    this.#marks.push({ at, bytes });
    while (at - (this.#marks[0]?.at ?? at) > windowMs) this.#marks.shift();
  }

  get bytesPerSecond(): number {
    const [first] = this.#marks;
    const last = this.#marks.at(-1);
    if (first === undefined || last === undefined || last.at <= first.at) return 0;
    return Math.max(0, Math.round(((last.bytes - first.bytes) / (last.at - first.at)) * 1000));
  }
}
