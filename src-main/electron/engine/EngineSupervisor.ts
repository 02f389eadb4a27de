import type { HostedEngineState } from '#shared/api/hostContract.ts';
import { type BackoffPlan, backoffDelay } from '#shared/util/backoff.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { Random } from '#shared/util/random.ts';
import type { EngineExit, EngineProcess, RunningEngine } from './EngineProcess.ts';

interface SupervisorPorts {
  /** Starts an engine, or attaches to one that is already running. */
  readonly launch: () => Promise<EngineProcess>;
  readonly clock: Clock;
  readonly random: Random;
  readonly onState: (state: HostedEngineState) => void;
  readonly onRunning: (engine: RunningEngine) => void;
}

/** Exits within the window after which it gives up, so that a broken engine is not restarted for ever. */
const maxExits = 5;
const windowMs = 120_000;
const restartBackoff: BackoffPlan = { firstMs: 500, mostMs: 15_000 };

/** Keeps the engine running: restarts it after an unexpected exit, and gives up visibly when it exits too often. */
export class EngineSupervisor {
  readonly #ports: SupervisorPorts;
  #process: EngineProcess | null = null;
  #exits: number[] = [];
  #timer: Timer | null = null;
  #state: HostedEngineState = { kind: 'starting' };
  #running: PromiseWithResolvers<RunningEngine> = pendingEngine();
  #stopping = false;

  constructor(ports: SupervisorPorts) {
    this.#ports = ports;
  }

  get state(): HostedEngineState {
    return this.#state;
  }

  /** Resolves with the engine once it runs. Rejects with an EngineGaveUpError. */
  async running(): Promise<RunningEngine> {
    return this.#running.promise;
  }

  start(): void {
    this.#become({ kind: 'starting' });
    this.#ports.launch().then(
      (process) => this.#launched(process),
      // A missing Node or engine is permanent; a retry would not help.
      (error: unknown) => this.#giveUp(error instanceof Error ? error.message : 'It could not be started.'),
    );
  }

  /** Starts again after it gave up, with the count reset. */
  retry(): void {
    if (this.#state.kind !== 'gave_up') return;
    this.#exits = [];
    this.#running = pendingEngine();
    this.start();
  }

  /**
   * Stops the engine for good: `ask` requests it to finish running tasks, then its input is closed. After `limitMs` it
   * is killed, which loses nothing that was acknowledged. Resolves when the process has exited.
   */
  async stop(limitMs: number, ask: () => Promise<void>): Promise<void> {
    this.#stopping = true;
    this.#timer?.cancel();
    this.#become({ kind: 'stopping' });
    const process = this.#process;
    if (process === null) return;
    const limit = this.#ports.clock.setTimer(limitMs, () => process.kill());
    ask().then(
      () => process.endInput(),
      () => process.endInput(),
    );
    await process.exited;
    limit.cancel();
  }

  /** Kills the engine without waiting for running tasks. */
  kill(): void {
    this.#process?.kill();
  }

  #launched(process: EngineProcess): void {
    this.#process = process;
    if (this.#stopping) process.endInput();
    void process.ready.then((engine) => this.#onReady(process, engine));
    void process.exited.then((exit) => this.#onExit(process, exit));
  }

  #onReady(process: EngineProcess, engine: RunningEngine): void {
    if (process !== this.#process || this.#stopping) return;
    this.#running.resolve(engine);
    this.#become({ kind: 'running' });
    this.#ports.onRunning(engine);
  }

  #onExit(process: EngineProcess, exit: EngineExit): void {
    if (process !== this.#process) return;
    this.#process = null;
    if (this.#stopping) return;
    const now = this.#ports.clock.monotonic();
    this.#exits = [...this.#exits, now].filter((time) => now - time < windowMs);
    const why = describeExit(exit);
    if (this.#exits.length >= maxExits) this.#giveUp(why);
    else this.#restartLater(why);
  }

  #restartLater(why: string): void {
    if (this.#state.kind === 'running') this.#running = pendingEngine();
    const inMs = backoffDelay(restartBackoff, this.#exits.length - 1, this.#ports.random);
    this.#become({ kind: 'restarting', inMs, why });
    this.#timer = this.#ports.clock.setTimer(inMs, () => this.start());
  }

  #giveUp(why: string): void {
    if (this.#stopping) return;
    if (this.#state.kind === 'running') this.#running = pendingEngine();
    this.#running.reject(new EngineGaveUpError(why));
    this.#become({ kind: 'gave_up', why });
  }

  #become(state: HostedEngineState): void {
    this.#state = state;
    this.#ports.onState(state);
  }
}

/** Thrown when the engine exits too often, or cannot be started at all. */
export class EngineGaveUpError extends Error {
  override readonly name = 'EngineGaveUpError';
  readonly code = 'engine_gave_up';

  constructor(why: string) {
    super(`The engine could not be started. ${why}`);
  }
}

function pendingEngine(): PromiseWithResolvers<RunningEngine> {
  const pending = Promise.withResolvers<RunningEngine>();
  // Avoids an unhandled rejection when nothing awaits it.
  pending.promise.catch(() => null);
  return pending;
}

function describeExit({ code, signal, lastWords }: EngineExit): string {
  const how = signal === null ? `It exited with code ${code ?? 'unknown'}.` : `It was killed by ${signal}.`;
  return lastWords === '' ? how : `${how} Last message: ${lastWords}`;
}
