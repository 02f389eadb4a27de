import type { HostedEngineState } from '#shared/api/hostContract.ts';
import { type BackoffPlan, backoffDelay } from '#shared/util/backoff.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { Random } from '#shared/util/random.ts';
import type { EngineExit, EngineProcess, RunningEngine } from './EngineProcess.ts';

interface SupervisorPorts {
  /** Starts an engine or finds one that runs already. */
  readonly launch: () => Promise<EngineProcess>;
  readonly clock: Clock;
  readonly random: Random;
  readonly onState: (state: HostedEngineState) => void;
  readonly onRunning: (engine: RunningEngine) => void;
}

/** After this many ends within the window it gives up, so that a broken engine does not restart for ever. */
const mostEnds = 5;
const windowMs = 120_000;
const pauses: BackoffPlan = { firstMs: 500, mostMs: 15_000 };

/** Keeps one engine running: restarts it when it ends by itself, and gives up visibly when that happens too often. */
export class EngineSupervisor {
  readonly #ports: SupervisorPorts;
  #process: EngineProcess | null = null;
  #ends: number[] = [];
  #timer: Timer | null = null;
  #state: HostedEngineState = { kind: 'starting' };
  #waiting: PromiseWithResolvers<RunningEngine> = newWait();
  #stopping = false;

  constructor(ports: SupervisorPorts) {
    this.#ports = ports;
  }

  get state(): HostedEngineState {
    return this.#state;
  }

  /** The engine, once it runs. Rejects when it gave up. */
  async running(): Promise<RunningEngine> {
    return this.#waiting.promise;
  }

  start(): void {
    this.#become({ kind: 'starting' });
    this.#ports.launch().then(
      (process) => this.#launched(process),
      // Without a Node or an engine to start, trying again would not help.
      (error: unknown) => this.#giveUp(error instanceof Error ? error.message : 'It could not be started.'),
    );
  }

  /** Starts again after it gave up, with a clean count. */
  retry(): void {
    if (this.#state.kind !== 'gave_up') return;
    this.#ends = [];
    this.#waiting = newWait();
    this.start();
  }

  /**
   * Ends the engine for good: `ask` asks it to finish what runs, then its input closes. When it takes longer than
   * `limitMs`, it is killed, which loses nothing that was acknowledged. Resolves when no process is left.
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

  /** Ends it now, without waiting for what runs. */
  kill(): void {
    this.#process?.kill();
  }

  #launched(process: EngineProcess): void {
    this.#process = process;
    if (this.#stopping) process.endInput();
    void process.ready.then((engine) => this.#isReady(process, engine));
    void process.exited.then((exit) => this.#hasEnded(process, exit));
  }

  #isReady(process: EngineProcess, engine: RunningEngine): void {
    if (process !== this.#process || this.#stopping) return;
    this.#waiting.resolve(engine);
    this.#become({ kind: 'running' });
    this.#ports.onRunning(engine);
  }

  #hasEnded(process: EngineProcess, exit: EngineExit): void {
    if (process !== this.#process) return;
    this.#process = null;
    if (this.#stopping) return;
    const now = this.#ports.clock.monotonic();
    this.#ends = [...this.#ends, now].filter((end) => now - end < windowMs);
    const why = describeExit(exit);
    if (this.#ends.length >= mostEnds) this.#giveUp(why);
    else this.#restartLater(why);
  }

  #restartLater(why: string): void {
    if (this.#state.kind === 'running') this.#waiting = newWait();
    const inMs = backoffDelay(pauses, this.#ends.length - 1, this.#ports.random);
    this.#become({ kind: 'restarting', inMs, why });
    this.#timer = this.#ports.clock.setTimer(inMs, () => this.start());
  }

  #giveUp(why: string): void {
    if (this.#stopping) return;
    if (this.#state.kind === 'running') this.#waiting = newWait();
    this.#waiting.reject(new EngineGaveUpError(why));
    this.#become({ kind: 'gave_up', why });
  }

  #become(state: HostedEngineState): void {
    this.#state = state;
    this.#ports.onState(state);
  }
}

/** The engine ended too often in a short time, or there is nothing to start it with. */
export class EngineGaveUpError extends Error {
  override readonly name = 'EngineGaveUpError';
  readonly code = 'engine_gave_up';

  constructor(why: string) {
    super(`The engine does not start. ${why}`);
  }
}

function newWait(): PromiseWithResolvers<RunningEngine> {
  const wait = Promise.withResolvers<RunningEngine>();
  // Nobody may be waiting when it gives up.
  wait.promise.catch(() => null);
  return wait;
}

function describeExit({ code, signal, lastWords }: EngineExit): string {
  const how = signal === null ? `It ended with code ${code ?? 'unknown'}.` : `It was ended by ${signal}.`;
  return lastWords === '' ? how : `${how} Its last words: ${lastWords}`;
}
