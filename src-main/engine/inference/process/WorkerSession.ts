import { assertNever } from '#shared/util/assertNever.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { GenerateRun, LoadModel, SetPace, StopReason } from '#shared/worker/EngineToWorker.ts';
import {
  WorkerToEngine,
  type LoadFailureCode,
  type ModelLoaded,
  type WorkerMemory,
} from '#shared/worker/WorkerToEngine.ts';
import type { WorkerExit, WorkerHandle, WorkerLauncher } from '#engine/ports/inference/WorkerLauncher.ts';

type Message<T extends WorkerToEngine['type']> = Extract<WorkerToEngine, { type: T }>;

/** How fast a worker may run; see `SetPace`. */
export type WorkerPace = Omit<SetPace, 'type'>;

/** Callbacks of one run; none is called after `onOver`. */
export interface RunListener {
  readonly onStarted: (promptIds: number[]) => void;
  readonly onTokens: (from: number, ids: number[], text: string) => void;
  readonly onOver: (over: Message<'ended'> | Message<'failed'>) => void;
}

export interface SessionListener {
  readonly onLoaded: (loaded: ModelLoaded) => void;
  readonly onRefused: (code: LoadFailureCode, message: string) => void;
  /** The process has exited, for whatever reason. Listeners of runs in progress are not called any more. */
  readonly onExit: (reason: string) => void;
}

export interface SessionOptions {
  readonly launcher: WorkerLauncher;
  readonly clock: Clock;
  /** Sent as soon as the worker is ready. */
  readonly request: LoadModel;
  /** Memory reserved for the worker, in bytes. */
  readonly memoryBytes: number;
}

export const sessionTimes = {
  /** Time a worker has to become ready; starting takes long on a busy machine. */
  startMs: 90_000,
  beatMs: 2000,
  /** Consecutive unanswered heartbeats after which the worker counts as hung. */
  missedBeats: 15,
  /** Time a stopped run has to end; this catches a hung decode. */
  stopMs: 20_000,
} as const;

/** The conversation with one worker process, from start to exit. Kills a worker that hangs or breaks the protocol. */
export class WorkerSession {
  readonly #clock: Clock;
  readonly #listener: SessionListener;
  readonly #handle: WorkerHandle;
  readonly #runs = new Map<string, RunListener>();
  readonly #stopTimers = new Map<string, Timer>();
  #request: LoadModel | null;
  #pace: WorkerPace | null = null;
  /** The next heartbeat; before the worker is ready, the time limit of its start. */
  #beat: Timer | null = null;
  #sentBeats = 0;
  #missed = 0;
  /** Why this side ended the worker; null when it ended by itself. */
  #reason: string | null = null;
  #peakBytes = 0;

  constructor({ launcher, clock, request, memoryBytes }: SessionOptions, listener: SessionListener) {
    this.#clock = clock;
    this.#listener = listener;
    this.#request = request;
    this.#handle = launcher.launch(
      { onMessage: (message) => this.#receive(message), onExit: (exit) => this.#onExit(exit) },
      { modelPath: request.modelPath, memoryBytes, graphics: request.gpuLayers > 0 },
    );
    this.#beat = clock.setTimer(sessionTimes.startMs, () => this.kill('It did not start in time.'));
  }

  get pid(): number | null {
    return this.#handle.pid;
  }

  /** Peak memory the worker has reported, in bytes, graphics memory included. */
  get peakBytes(): number {
    return this.#peakBytes;
  }

  generate(request: Omit<GenerateRun, 'type'>, listener: RunListener): void {
    this.#runs.set(request.runId, listener);
    this.#handle.send({ type: 'generate', ...request });
  }

  /** Sets the pace from now on; a worker that is not ready yet gets it together with its model. */
  setPace(pace: WorkerPace): void {
    this.#pace = pace;
    if (this.#request === null) this.#handle.send({ type: 'pace', ...pace });
  }

  /** Ends a run at its next token; kills a worker that does not end it in time. */
  stop(runId: string, reason: StopReason): void {
    if (!this.#runs.has(runId) || this.#stopTimers.has(runId)) return;
    this.#handle.send({ type: 'stop', runId, reason });
    this.#stopTimers.set(
      runId,
      this.#clock.setTimer(sessionTimes.stopMs, () => this.kill('It did not stop a run in time.')),
    );
  }

  /** Asks the worker to exit; kills it when it does not in time. */
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
      if (this.#missed >= sessionTimes.missedBeats) return this.kill('It stopped responding.');
      this.#missed += 1;
      this.#sentBeats += 1;
      this.#handle.send({ type: 'beat', number: this.#sentBeats });
      this.#scheduleBeat();
    });
  }

  #receive(raw: unknown): void {
    const parsed = WorkerToEngine.safeParse(raw);
    if (!parsed.success) return this.kill('It sent an invalid message.');
    const message = parsed.data;
    switch (message.type) {
      case 'ready':
        return this.#load();
      case 'loaded':
        this.#recordMemory(message.memory);
        return this.#listener.onLoaded(message);
      case 'load_failed':
        return this.#listener.onRefused(message.code, message.message);
      case 'beat':
        this.#missed = 0;
        return this.#recordMemory(message.memory);
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
        return this.kill('It sent an answer that was not requested.');
      default:
        return assertNever(message);
    }
  }

  #recordMemory({ residentBytes, gpuBytes }: WorkerMemory): void {
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

  #onExit(exit: WorkerExit): void {
    this.#beat?.cancel();
    for (const timer of this.#stopTimers.values()) timer.cancel();
    this.#runs.clear();
    this.#listener.onExit(this.#reason ?? describeExit(exit));
  }
}

function describeExit(exit: WorkerExit): string {
  const how = exit.signal === null ? `code ${exit.code ?? 'unknown'}` : `signal ${exit.signal}`;
  return exit.detail === '' ? `It exited with ${how}.` : `It exited with ${how}: ${exit.detail.slice(-300)}`;
}
