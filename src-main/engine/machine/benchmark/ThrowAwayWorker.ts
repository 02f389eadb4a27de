import type { InferenceFacts } from '#shared/domain/machine/hardware.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { EngineToWorker, LoadModel, MeasureSteps } from '#shared/worker/EngineToWorker.ts';
import { WorkerToEngine } from '#shared/worker/WorkerToEngine.ts';
import type { WorkerExit, WorkerHandle, WorkerLauncher, WorkerRoom } from '#engine/ports/WorkerLauncher.ts';
import { BenchmarkError } from './BenchmarkError.ts';

interface WorkerNeeds {
  readonly launcher: WorkerLauncher;
  /** What it may reach and take. */
  readonly room: WorkerRoom;
  readonly clock: Clock;
  /** Aborting ends the process at once. */
  readonly signal: AbortSignal;
}

/** Of a worker that describes the machine: it loads no model, but the drivers of cards. */
export const describingRoom: WorkerRoom = { modelPath: null, memoryBytes: 2 ** 30, graphics: true };

/** No question may take longer, loads of large models included. */
const patienceMs = 120_000;

interface Waiting {
  readonly type: WorkerToEngine['type'];
  readonly resolve: (message: WorkerToEngine) => void;
  readonly reject: (error: BenchmarkError) => void;
  readonly timer: Timer;
}

/** One worker process of the benchmark: asked one thing at a time, and ended afterwards whatever happened. */
export class ThrowAwayWorker {
  readonly #needs: WorkerNeeds;
  readonly #handle: WorkerHandle;
  readonly #gone = Promise.withResolvers<void>();
  readonly #cancel = (): void => this.#end('cancelled', 'It was stopped before it was done.');
  #waiting: Waiting | null = null;
  #over: BenchmarkError | null = null;
  #measurements = 0;

  private constructor(needs: WorkerNeeds) {
    this.#needs = needs;
    const onExit = ({ detail }: WorkerExit): void => {
      const why = detail === '' ? 'The process of the benchmark ended.' : `It ended: ${detail.slice(-300)}`;
      this.#fail(new BenchmarkError('worker_failed', why));
      this.#gone.resolve();
    };
    this.#handle = needs.launcher.launch({ onMessage: (message) => this.#receive(message), onExit }, needs.room);
    needs.signal.addEventListener('abort', this.#cancel, { once: true });
  }

  /** Starts a process and gives it to `work`; it is gone when this resolves or rejects. */
  static async with<T>(needs: WorkerNeeds, work: (worker: ThrowAwayWorker) => Promise<T>): Promise<T> {
    if (needs.signal.aborted) throw new BenchmarkError('cancelled', 'It was stopped before it began.');
    const worker = new ThrowAwayWorker(needs);
    try {
      await worker.#answer('ready', null);
      return await work(worker);
    } finally {
      needs.signal.removeEventListener('abort', worker.#cancel);
      worker.#handle.kill();
      await worker.#gone.promise;
    }
  }

  /** What the library sees of the machine. */
  async describe(): Promise<InferenceFacts> {
    const { facts } = await this.#answer('machine', { type: 'describe' });
    return facts;
  }

  /** Bytes per second at which one thread reads. */
  async readMemory(bytes: number, forMs: number): Promise<number> {
    const { bytesPerSecond } = await this.#answer('memory_read', { type: 'read_memory', bytes, forMs });
    return bytesPerSecond;
  }

  async load(request: Omit<LoadModel, 'type'>): Promise<{ contextSize: number }> {
    const { contextSize } = await this.#answer('loaded', { type: 'load', ...request });
    return { contextSize };
  }

  /** Milliseconds of each step. */
  async measure(request: Omit<MeasureSteps, 'type' | 'runId'>): Promise<number[]> {
    this.#measurements += 1;
    const runId = `measure-${this.#measurements}`;
    const { stepMs } = await this.#answer('measured', { type: 'measure', runId, ...request });
    if (stepMs.length === 0) throw new BenchmarkError('not_measurable', 'Its context is too small to measure it.');
    return stepMs;
  }

  async #answer<T extends WorkerToEngine['type']>(
    type: T,
    question: EngineToWorker | null,
  ): Promise<Extract<WorkerToEngine, { type: T }>> {
    if (this.#over !== null) throw this.#over;
    const message = await new Promise<WorkerToEngine>((resolve, reject) => {
      const tooLong = (): void => this.#end('worker_failed', 'The process of the benchmark did not answer in time.');
      this.#waiting = { type, resolve, reject, timer: this.#needs.clock.setTimer(patienceMs, tooLong) };
      if (question !== null && !this.#handle.send(question)) {
        this.#fail(new BenchmarkError('worker_failed', 'The process of the benchmark does not listen.'));
      }
    });
    return message as Extract<WorkerToEngine, { type: T }>;
  }

  #receive(raw: unknown): void {
    const parsed = WorkerToEngine.safeParse(raw);
    if (!parsed.success) return this.#end('worker_failed', 'The process of the benchmark talks nonsense.');
    const message = parsed.data;
    if (message.type === 'load_failed' || message.type === 'failed' || message.type === 'rejected') {
      return this.#fail(new BenchmarkError('worker_failed', message.message));
    }
    const waiting = this.#waiting;
    if (waiting?.type !== message.type) return;
    this.#waiting = null;
    waiting.timer.cancel();
    waiting.resolve(message);
  }

  #end(code: BenchmarkError['code'], why: string): void {
    this.#fail(new BenchmarkError(code, why));
    this.#handle.kill();
  }

  #fail(error: BenchmarkError): void {
    this.#over ??= error;
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.timer.cancel();
    waiting?.reject(this.#over);
  }
}
