import type { ChatMessage } from '#shared/domain/tasks/task.ts';
import type { LoadModel } from '#shared/worker/EngineToWorker.ts';
import type { ModelLoaded, WorkerMemory } from '#shared/worker/WorkerToEngine.ts';
import type { SequencePort } from './Run.ts';

/** One model in memory, as the program needs it; `LlamaModelHost` is the real one. */
export interface ModelHost {
  readonly contextSize: number;
  readonly vocabSize: number;
  readonly eogIds: ReadonlySet<number>;
  readonly gpuBytes: number;
  readonly describe: (memory: WorkerMemory) => ModelLoaded;
  /** Threads of the next decode. */
  readonly useThreads: (count: number) => void;
  /** Ids of a text that is continued as it is; words that look like control tokens stay words. */
  readonly tokenizeText: (prompt: string) => number[];
  /** Ids of a conversation in the model's own template, or null when it has none. */
  readonly tokenizeMessages: (messages: readonly ChatMessage[]) => number[] | null;
  readonly detokenize: (ids: readonly number[], before: readonly number[]) => string;
  /** A cleared sequence, or null when all are taken. */
  readonly takeSequence: () => SequencePort | null;
  readonly dispose: () => Promise<void>;
}

/** Loads a model whose digest was checked. Rejects with `ModelRefusedError`. */
export type LoadHost = (request: LoadModel, onLog: (line: string) => void) => Promise<ModelHost>;
