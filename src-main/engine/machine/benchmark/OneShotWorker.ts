import type { InferenceFacts } from '#shared/domain/machine/hardware.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { EngineToWorker, LoadModel, MeasureSteps } from '#shared/worker/EngineToWorker.ts';
import { WorkerToEngine } from '#shared/worker/WorkerToEngine.ts';
import type { WorkerPermissions } from '#engine/ports/inference/WorkerPermissions.ts';
import type { WorkerExit, WorkerHandle, WorkerLauncher } from '#engine/ports/inference/WorkerLauncher.ts';
import { BenchmarkError } from './BenchmarkError.ts';

interface WorkerNeeds {
  readonly launcher: WorkerLauncher;
  readonly permissions: WorkerPermissions;
  readonly clock: Clock;
  /** Aborting kills the process at once. */
  readonly signal: AbortSignal;
}

/** Permissions of a worker that describes the machine: it loads graphics drivers, but no model. */
export const describingPermissions: WorkerPermissions = { modelPath: null, memoryBytes: 2 ** 30, graphics: true };

/** Time limit of one request, long enough to load a large model. */
const requestTimeoutMs = 120_000;

interface PendingRequest {
  readonly type: WorkerToEngine['type'];
  readonly resolve: (message: WorkerToEngine) => void;
  readonly reject: (error: BenchmarkError) => void;
  readonly timer: Timer;
}

/** A worker process for a few requests, one at a time; it is killed afterwards in any case. */
export class OneShotWorker {
  readonly #needs: WorkerNeeds;
  readonly #handle: WorkerHandle;
  readonly #exited = Promise.withResolvers<void>();
  readonly #cancel = (): void => this.#end('cancelled', 'It was cancelled.');
  #pending: PendingRequest | null = null;
  /** Why no further request is answered. */
  #failure: BenchmarkError | null = null;
  #measurements = 0;

  private constructor(needs: WorkerNeeds) {
    this.#needs = needs;
    const onExit = ({ detail }: WorkerExit): void => {
      const why =
        detail === '' ? 'The benchmark process exited.' : `The benchmark process exited: ${detail.slice(-300)}`;
      this.#fail(new BenchmarkError('worker_failed', why));
      this.#exited.resolve();
    };
    this.#handle = needs.launcher.launch({ onMessage: (message) => this.#receive(message), onExit }, needs.permissions);
    needs.signal.addEventListener('abort', this.#cancel, { once: true });
  }

  /** Starts a process and passes it to `work`. The process has exited when this settles. */
  static async with<T>(needs: WorkerNeeds, work: (worker: OneShotWorker) => Promise<T>): Promise<T> {
    if (needs.signal.aborted) throw new BenchmarkError('cancelled', 'It was cancelled.');
    const worker = new OneShotWorker(needs);
    try {
      await worker.#request('ready', null);
      return await work(worker);
    } finally {
      needs.signal.removeEventListener('abort', worker.#cancel);
      worker.#handle.kill();
      await worker.#exited.promise;
    }
  }

  /** The machine as llama.cpp sees it. */
  async describe(): Promise<InferenceFacts> {
    const { facts } = await this.#request('machine', { type: 'describe' });
    return facts;
  }

  /** Speed at which one thread reads main memory, in bytes per second. */
  async readMemory(bytes: number, forMs: number): Promise<number> {
    const { bytesPerSecond } = await this.#request('memory_read', { type: 'read_memory', bytes, forMs });
    return bytesPerSecond;
  }

  async load(request: Omit<LoadModel, 'type'>): Promise<{ contextSize: number }> {
    const { contextSize } = await this.#request('loaded', { type: 'load', ...request });
    return { contextSize };
  }

  /** Duration of each step, in milliseconds. */
  async measure(request: Omit<MeasureSteps, 'type' | 'runId'>): Promise<number[]> {
    this.#measurements += 1;
    const runId = `measure-${this.#measurements}`;
    const { stepMs } = await this.#request('measured', { type: 'measure', runId, ...request });
    if (stepMs.length === 0) throw new BenchmarkError('not_measurable', 'The context is too small for a measurement.');
    return stepMs;
  }

  async #request<T extends WorkerToEngine['type']>(
    answerType: T,
    request: EngineToWorker | null,
  ): Promise<Extract<WorkerToEngine, { type: T }>> {
    if (this.#failure !== null) throw this.#failure;
    const message = await new Promise<WorkerToEngine>((resolve, reject) => {
      const onTimeout = (): void => this.#end('worker_failed', 'The benchmark process did not answer in time.');
      const timer = this.#needs.clock.setTimer(requestTimeoutMs, onTimeout);
      this.#pending = { type: answerType, resolve, reject, timer };
      if (request !== null && !this.#handle.send(request)) {
        this.#fail(new BenchmarkError('worker_failed', 'The benchmark process does not accept messages.'));
      }
    });
    return message as Extract<WorkerToEngine, { type: T }>;
  }

  #receive(raw: unknown): void {
    const parsed = WorkerToEngine.safeParse(raw);
    if (!parsed.success) return this.#end('worker_failed', 'The benchmark process sent an invalid message.');
    const message = parsed.data;
    if (message.type === 'load_failed' || message.type === 'failed' || message.type === 'rejected') {
      return this.#fail(new BenchmarkError('worker_failed', message.message));
    }
    const pending = this.#pending;
    if (pending?.type !== message.type) return;
    this.#pending = null;
    pending.timer.cancel();
    pending.resolve(message);
  }

  #end(code: BenchmarkError['code'], message: string): void {
    this.#fail(new BenchmarkError(code, message));
    this.#handle.kill();
  }

  #fail(error: BenchmarkError): void {
    this.#failure ??= error;
    const pending = this.#pending;
    this.#pending = null;
    pending?.timer.cancel();
    pending?.reject(this.#failure);
  }
}
