import type { Clock } from '#shared/util/clock.ts';
import type { RunHooks } from './DownloadQueue.ts';
import { SpeedMeter } from './SpeedMeter.ts';

/** One download while it runs: how far it is, how fast, and how it is stopped. */
export class RunningDownload {
  readonly #clock: Clock;
  readonly #onChange: () => void;
  readonly #speed = new SpeedMeter();
  readonly #stopping = new AbortController();
  readonly #over = Promise.withResolvers<void>();
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

  /** Nothing happens any more. */
  finish(): void {
    this.#over.resolve();
  }

  /** Ends it at its next byte and waits for that. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('The download was stopped.'));
    await this.#over.promise;
  }
}
