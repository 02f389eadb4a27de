import type { WorkerHandle, WorkerLauncher, WorkerListener } from '#engine/ports/inference/WorkerLauncher.ts';
import type { EngineToWorker, LoadModel, MeasureSteps } from '#shared/worker/EngineToWorker.ts';
import type { WorkerToEngine } from '#shared/worker/WorkerToEngine.ts';

/** What a FAKE worker answers; a function that returns null leaves the question open. */
export interface FakeAnswers {
  readonly bytesPerSecond: number;
  readonly stepMs: (request: MeasureSteps) => number[] | null;
  readonly load: (request: LoadModel) => WorkerToEngine;
}

const loaded = (request: LoadModel): WorkerToEngine => ({
  type: 'loaded',
  vocabSize: 100,
  eogIds: [2],
  contextSize: request.contextSize,
  trainContextSize: request.contextSize,
  sequences: request.sequences,
  hasChatTemplate: false,
  architecture: 'llama',
  environment: { library: '0', gpu: 'cpu', flashAttention: 'off', kv: 'F16' },
  memory: { residentBytes: 1, gpuBytes: 0 },
});

/** FAKE workers with invented speeds, for the rules of the benchmark; the real worker has its own tests. */
export class FakeBenchLauncher implements WorkerLauncher {
  readonly asked: EngineToWorker[] = [];
  launched = 0;
  alive = 0;
  readonly #answers: FakeAnswers;

  constructor(answers: Partial<FakeAnswers> = {}) {
    this.#answers = {
      bytesPerSecond: 5e9,
      stepMs: ({ sequences }) => [sequences, sequences],
      load: loaded,
      ...answers,
    };
  }

  readonly launch = (listener: WorkerListener): WorkerHandle => {
    this.launched += 1;
    this.alive += 1;
    let isAlive = true;
    const tell = (message: WorkerToEngine): void =>
      queueMicrotask(() => {
        if (isAlive) listener.onMessage(message);
      });
    tell({ type: 'ready', pid: this.launched });
    return {
      pid: this.launched,
      send: (message) => {
        this.asked.push(message);
        const answer = this.#answerTo(message);
        if (answer !== null) tell(answer);
        return true;
      },
      kill: () => {
        if (!isAlive) return;
        isAlive = false;
        this.alive -= 1;
        listener.onExit({ code: null, signal: 'SIGKILL', detail: '' });
      },
    };
  };

  #answerTo(message: EngineToWorker): WorkerToEngine | null {
    switch (message.type) {
      case 'read_memory':
        return { type: 'memory_read', bytesPerSecond: this.#answers.bytesPerSecond };
      case 'load':
        return this.#answers.load(message);
      case 'measure': {
        const stepMs = this.#answers.stepMs(message);
        return stepMs === null ? null : { type: 'measured', runId: message.runId, stepMs };
      }
      default:
        return null;
    }
  }
}
