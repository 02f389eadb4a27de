import { assertNever } from '#shared/util/assertNever.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { GenerateRun, LoadModel, SetPace, StopReason } from '#shared/worker/EngineToWorker.ts';
import {
  WorkerToEngine,
  type LoadFailureCode,
  type ModelLoaded,
  type WorkerMemory,
} from '#shared/worker/WorkerToEngine.ts';
import type { WorkerExit, WorkerHandle, WorkerLauncher } from '#engine/ports/WorkerLauncher.ts';

type Message<T extends WorkerToEngine['type']> = Extract<WorkerToEngine, { type: T }>;

/** What one run hears; nothing after `onOver`. */
export interface RunListener {
  readonly onStarted: (promptIds: number[]) => void;
  readonly onTokens: (from: number, ids: number[], text: string) => void;
  readonly onOver: (over: Message<'ended'> | Message<'failed'>) => void;
}

export interface SessionListener {
  readonly onLoaded: (loaded: ModelLoaded) => void;
  readonly onRefused: (code: LoadFailureCode, message: string) => void;
  /** The process is gone, whatever the reason; runs that were under way hear nothing more. */
  readonly onGone: (reason: string) => void;
}

export interface SessionOptions {
  readonly launcher: WorkerLauncher;
  readonly clock: Clock;
  readonly request: LoadModel;
  /** Reserved for it. */
  readonly memoryBytes: number;
}

export const sessionTimes = {
  /** A worker must listen within this; starting takes long on a busy machine. */
  startMs: 90_000,
  beatMs: 2000,
  /** Beats in a row without an answer that mean it hangs. */
  missedBeats: 15,
  /** A run that was stopped must end within this; a decode that hangs is noticed so. */
  stopMs: 20_000,
} as const;

/** Talks with one worker process from its start to its end, and ends it when it hangs or talks nonsense. */
export class WorkerSession {
  readonly #clock: Clock;
  readonly #listener: SessionListener;
  readonly #handle: WorkerHandle;
  readonly #runs = new Map<string, RunListener>();
  readonly #stopTimers = new Map<string, Timer>();
  #request: LoadModel | null;
  #pace: Omit<SetPace, 'type'> | null = null;
  #beat: Timer | null = null;
  #sentBeats = 0;
  #missed = 0;
  #reason: string | null = null;
  #peakBytes = 0;

  constructor({ launcher, clock, request, memoryBytes }: SessionOptions, listener: SessionListener) {
    this.#clock = clock;
    this.#listener = listener;
    this.#request = request;
    this.#handle = launcher.launch(
      { onMessage: (message) => this.#receive(message), onExit: (exit) => this.#gone(exit) },
      { modelPath: request.modelPath, memoryBytes, graphics: request.gpuLayers > 0 },
    );
    this.#beat = clock.setTimer(sessionTimes.startMs, () => this.kill('It did not start.'));
  }

  get pid(): number | null {
    return this.#handle.pid;
  }

  /** The most that it said to hold so far, on cards too, in bytes. */
  get peakBytes(): number {
    return this.#peakBytes;
  }

  generate(request: Omit<GenerateRun, 'type'>, listener: RunListener): void {
    this.#runs.set(request.runId, listener);
    this.#handle.send({ type: 'generate', ...request });
  }

  /** How fast it runs from now on; before it listens, with its load. */
  setPace(pace: Omit<SetPace, 'type'>): void {
    this.#pace = pace;
    if (this.#request === null) this.#handle.send({ type: 'pace', ...pace });
  }

  /** Ends a run at its next token; a worker that does not is killed. */
  stop(runId: string, reason: StopReason): void {
    if (!this.#runs.has(runId) || this.#stopTimers.has(runId)) return;
    this.#handle.send({ type: 'stop', runId, reason });
    this.#stopTimers.set(
      runId,
      this.#clock.setTimer(sessionTimes.stopMs, () => this.kill('It did not stop when told to.')),
    );
  }

  unload(): void {
    this.#reason ??= 'It was unloaded.';
    if (!this.#handle.send({ type: 'unload' })) this.#handle.kill();
    this.#stopTimers.set(
      '',
      this.#clock.setTimer(sessionTimes.stopMs, () => this.#handle.kill()),
    );
  }

  kill(reason: string): void {
    this.#reason ??= reason;
    this.#handle.kill();
  }

  #scheduleBeat(): void {
    this.#beat = this.#clock.setTimer(sessionTimes.beatMs, () => {
      if (this.#missed >= sessionTimes.missedBeats) return this.kill('It stopped answering.');
      this.#missed += 1;
      this.#sentBeats += 1;
      this.#handle.send({ type: 'beat', number: this.#sentBeats });
      this.#scheduleBeat();
    });
  }

  #receive(raw: unknown): void {
    const parsed = WorkerToEngine.safeParse(raw);
    if (!parsed.success) return this.kill('It sent a message that cannot be read.');
    const message = parsed.data;
    switch (message.type) {
      case 'ready':
        return this.#load();
      case 'loaded':
        this.#hold(message.memory);
        return this.#listener.onLoaded(message);
      case 'load_failed':
        return this.#listener.onRefused(message.code, message.message);
      case 'beat':
        this.#missed = 0;
        return this.#hold(message.memory);
      case 'rejected':
        return this.kill(`It rejected a message (${message.field}: ${message.message}).`);
      case 'started':
        return this.#runs.get(message.runId)?.onStarted(message.promptIds);
      case 'tokens':
        return this.#runs.get(message.runId)?.onTokens(message.from, message.ids, message.text);
      case 'ended':
      case 'failed':
        return this.#over(message);
      case 'machine':
      case 'memory_read':
      case 'measured':
        return this.kill('It answered a question that nobody asked.');
      default:
        return assertNever(message);
    }
  }

  #hold({ residentBytes, gpuBytes }: WorkerMemory): void {
    this.#peakBytes = Math.max(this.#peakBytes, residentBytes + gpuBytes);
  }

  #load(): void {
    if (this.#request === null) return;
    if (this.#pace !== null) this.#handle.send({ type: 'pace', ...this.#pace });
    this.#handle.send(this.#request);
    this.#request = null;
    this.#beat?.cancel();
    this.#scheduleBeat();
  }

  #over(message: Message<'ended'> | Message<'failed'>): void {
    const run = this.#runs.get(message.runId);
    this.#runs.delete(message.runId);
    this.#stopTimers.get(message.runId)?.cancel();
    this.#stopTimers.delete(message.runId);
    run?.onOver(message);
  }

  #gone(exit: WorkerExit): void {
    this.#beat?.cancel();
    for (const timer of this.#stopTimers.values()) timer.cancel();
    this.#runs.clear();
    this.#listener.onGone(this.#reason ?? describeExit(exit));
  }
}

function describeExit(exit: WorkerExit): string {
  const how = exit.signal === null ? `code ${exit.code ?? 'unknown'}` : `signal ${exit.signal}`;
  return exit.detail === '' ? `It ended with ${how}.` : `It ended with ${how}: ${exit.detail.slice(-300)}`;
}
