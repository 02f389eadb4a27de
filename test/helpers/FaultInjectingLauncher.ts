import type { EngineToWorker } from '#shared/worker/EngineToWorker.ts';
import type { WorkerToEngine } from '#shared/worker/WorkerToEngine.ts';
import type { WorkerHandle, WorkerLauncher, WorkerListener } from '#engine/ports/inference/WorkerLauncher.ts';

/** What goes wrong with one launched worker. */
export type Fault =
  | { readonly kind: 'none' }
  /** Ends before it says anything. */
  | { readonly kind: 'dies_at_start' }
  | { readonly kind: 'dies_after_tokens'; readonly tokens: number }
  | { readonly kind: 'never_ready' }
  /** Stops answering beats and runs. */
  | { readonly kind: 'hangs' }
  /** Answers beats, but never ends a run that is told to stop. */
  | { readonly kind: 'ignores_stop' }
  | { readonly kind: 'talks_nonsense' }
  | { readonly kind: 'refuses_model'; readonly code: 'digest_mismatch' | 'out_of_memory' };

/**
 * FAKE, for injected faults only: workers without a process, which answer with counting token ids and go wrong as
 * scripted, one fault per launch in order; after the last fault all is well.
 */
export class FaultInjectingLauncher implements WorkerLauncher {
  readonly launches: FaultyWorker[] = [];
  readonly #faults: Fault[];

  constructor(faults: readonly Fault[] = []) {
    this.#faults = [...faults];
  }

  readonly launch = (listener: WorkerListener): WorkerHandle => {
    const worker = new FaultyWorker(this.#faults.shift() ?? { kind: 'none' }, listener);
    this.launches.push(worker);
    return { pid: 1_000_000 + this.launches.length, send: worker.receive, kill: () => worker.die('SIGKILL') };
  };
}

const sequences = 2;

/** FAKE worker: one token per step of the test, so that tests decide the pace. */
export class FaultyWorker {
  readonly received: EngineToWorker[] = [];
  readonly #fault: Fault;
  readonly #listener: WorkerListener;
  readonly #runs = new Map<string, { count: number; most: number }>();
  #alive = true;

  constructor(fault: Fault, listener: WorkerListener) {
    this.#fault = fault;
    this.#listener = listener;
    queueMicrotask(() => {
      if (fault.kind === 'dies_at_start') this.die('SIGSEGV');
      else if (fault.kind === 'talks_nonsense') this.#listener.onMessage({ type: 'tokens', ids: 'many' });
      else if (fault.kind !== 'never_ready') this.#say({ type: 'ready', pid: 1 });
    });
  }

  get alive(): boolean {
    return this.#alive;
  }

  readonly receive = (message: EngineToWorker): boolean => {
    if (!this.#alive) return false;
    this.received.push(message);
    queueMicrotask(() => this.#answer(message));
    return true;
  };

  /** Draws one token in every run. */
  step(): void {
    for (const [runId, run] of this.#runs) {
      if (this.#fault.kind === 'dies_after_tokens' && run.count >= this.#fault.tokens) return this.die('SIGABRT');
      this.#say({ type: 'tokens', runId, from: run.count, ids: [run.count + 3], text: 'a' });
      run.count += 1;
      if (run.count >= run.most) this.#end(runId, 'length');
    }
  }

  die(signal: string): void {
    if (!this.#alive) return;
    this.#alive = false;
    queueMicrotask(() => this.#listener.onExit({ code: null, signal, detail: '' }));
  }

  #answer(message: EngineToWorker): void {
    if (!this.#alive || this.#fault.kind === 'hangs') return;
    if (message.type === 'load') this.#load();
    else if (message.type === 'generate') {
      this.#runs.set(message.runId, { count: 0, most: message.sampler.maxTokens });
      this.#say({ type: 'started', runId: message.runId, promptIds: [1, 2] });
    } else if (message.type === 'beat') {
      this.#say({ type: 'beat', number: message.number, memory: { residentBytes: 1, gpuBytes: 0 } });
    } else if (message.type === 'unload') this.die('SIGTERM');
    else if (message.type === 'stop' && this.#fault.kind !== 'ignores_stop' && this.#runs.has(message.runId)) {
      this.#end(message.runId, message.reason === 'cancel' ? 'cancelled' : 'yielded');
    }
  }

  #load(): void {
    if (this.#fault.kind === 'refuses_model') {
      return this.#say({ type: 'load_failed', code: this.#fault.code, message: 'Injected.' });
    }
    this.#say({
      type: 'loaded',
      vocabSize: 4096,
      eogIds: [2],
      contextSize: 384,
      trainContextSize: 384,
      sequences,
      hasChatTemplate: false,
      architecture: 'fake',
      environment: { library: 'fake', gpu: 'cpu', flashAttention: 'off', kv: 'F16' },
      memory: { residentBytes: 1, gpuBytes: 0 },
    });
  }

  #end(runId: string, finish: 'length' | 'cancelled' | 'yielded'): void {
    const count = this.#runs.get(runId)?.count ?? 0;
    this.#runs.delete(runId);
    this.#say({
      type: 'ended',
      runId,
      finish,
      count,
      afterStop: 0,
      timings: { promptMs: 1, firstTokenMs: 1, decodeMs: count },
    });
  }

  #say(message: WorkerToEngine): void {
    if (this.#alive) this.#listener.onMessage(message);
  }
}
