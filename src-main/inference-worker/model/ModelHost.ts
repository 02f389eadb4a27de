import type { ChatMessage } from '#shared/domain/tasks/task.ts';
import type { LoadModel } from '#shared/worker/EngineToWorker.ts';
import type { ModelLoaded, WorkerMemory } from '#shared/worker/WorkerToEngine.ts';
import type { Sampler } from '#shared/domain/tasks/sampler.ts';

/** One sequence of the library's context. */
export interface SequencePort {
  /** Index among the context's sequences, from 0. */
  readonly order: number;
  /** Reads tokens without sampling one. */
  read(ids: readonly number[]): Promise<void>;
  /** Reads the last ids of the prompt and samples tokens after them, end tokens included. */
  draw(ids: readonly number[], sampler: Sampler, seed: number): AsyncIterator<number>;
  /** Clears the sequence and returns it to the pool. */
  release(): Promise<void>;
}

/** One model in memory, as the worker program needs it. `LlamaModelHost` implements it. */
export interface ModelHost {
  /** Tokens of prompt and answer that fit one sequence. */
  readonly contextSize: number;
  readonly vocabSize: number;
  /** Ids of the tokens that end an answer. */
  readonly eogIds: ReadonlySet<number>;
  /** Graphics memory in use, in bytes; 0 on the processor. */
  readonly gpuBytes: number;
  readonly describe: (memory: WorkerMemory) => ModelLoaded;
  /** Sets the threads of the next decode. */
  readonly useThreads: (count: number) => void;
  /** Tokenizes a text to continue; text that looks like a control token stays text. */
  readonly tokenizeText: (prompt: string) => number[];
  /** Tokenizes a conversation with the model's chat template; null when it has none. */
  readonly tokenizeMessages: (messages: readonly ChatMessage[]) => number[] | null;
  /** The text of `ids`; `before` are the ids in front of them, which may decide about a leading space. */
  readonly detokenize: (ids: readonly number[], before: readonly number[]) => string;
  /** Reserves an empty sequence; null when all are in use. */
  readonly takeSequence: () => SequencePort | null;
  readonly dispose: () => Promise<void>;
}

/** Loads a model whose digest has been checked. Rejects with `ModelRefusedError`. */
export type LoadHost = (request: LoadModel, onLog: (line: string) => void) => Promise<ModelHost>;
