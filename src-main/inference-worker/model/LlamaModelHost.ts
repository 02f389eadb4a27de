import {
  getLlama,
  getModuleVersion,
  InsufficientMemoryError,
  JinjaTemplateChatWrapper,
  LlamaLogLevel,
  NoBinaryFoundError,
  type Llama,
  type LlamaContext,
  type LlamaContextSequence,
  type LlamaModel,
  type Token,
} from 'node-llama-cpp';
import type { Sampler } from '#shared/domain/tasks/sampler.ts';
import type { ChatMessage } from '#shared/domain/tasks/task.ts';
import { assertNever } from '#shared/util/assertNever.ts';
import type { LoadModel } from '#shared/worker/EngineToWorker.ts';
import type { ModelLoaded, WorkerMemory } from '#shared/worker/WorkerToEngine.ts';
import type { LoadHost, ModelHost, SequencePort } from './ModelHost.ts';
import { ModelRefusedError } from './ModelRefusedError.ts';

interface LibraryObjects {
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly context: LlamaContext;
  /** Version of the loaded library, such as `3.21.1`. */
  readonly version: string;
}

/** One loaded model: the library's objects behind the `ModelHost` interface. */
export class LlamaModelHost implements ModelHost {
  readonly #llama: Llama;
  readonly #model: LlamaModel;
  readonly #context: LlamaContext;
  readonly #version: string;
  readonly #chat: JinjaTemplateChatWrapper | null;
  readonly #free: { readonly order: number; readonly sequence: LlamaContextSequence }[] = [];
  #made = 0;
  readonly eogIds: ReadonlySet<number>;

  private constructor({ llama, model, context, version }: LibraryObjects) {
    this.#llama = llama;
    this.#model = model;
    this.#context = context;
    this.#version = version;
    this.#chat = chatTemplate(model);
    this.eogIds = new Set([...model.iterateAllTokens()].filter((token) => model.isEogToken(token)));
  }

  /** Loads the library, the model and a context for all sequences. Throws {@link ModelRefusedError}. */
  static readonly load: LoadHost = async (request, onLog) => {
    const llama = await openLibrary(request, onLog);
    try {
      const model = await llama.loadModel({
        modelPath: request.modelPath,
        ...(request.gpuLayers > 0 ? { gpuLayers: { max: request.gpuLayers } } : { gpuLayers: 0 }),
      });
      const context = await model.createContext({
        contextSize: request.contextSize,
        sequences: request.sequences,
        threads: { ideal: Math.max(request.decodeThreads, request.prefillThreads), min: 1 },
        failedCreationRemedy: false,
      });
      const host = new LlamaModelHost({ llama, model, context, version: await getModuleVersion() });
      await host.#warmUp();
      return host;
    } catch (thrown) {
      await llama.dispose();
      throw refusal(thrown);
    }
  };

  get contextSize(): number {
    return this.#context.contextSize;
  }

  get vocabSize(): number {
    return this.#model.fileInfo.metadata.tokenizer.ggml.tokens.length;
  }

  describe(memory: WorkerMemory): ModelLoaded {
    const attention = this.#context.flashAttention;
    return {
      type: 'loaded',
      vocabSize: this.vocabSize,
      eogIds: [...this.eogIds],
      contextSize: this.#context.contextSize,
      trainContextSize: this.#model.trainContextSize,
      sequences: this.#context.totalSequences,
      hasChatTemplate: this.#chat !== null,
      architecture: this.#model.fileInfo.metadata.general.architecture,
      environment: {
        library: this.#version,
        gpu: this.#llama.gpu === false ? 'cpu' : this.#llama.gpu,
        flashAttention: attention === 'auto' ? 'auto' : attention ? 'on' : 'off',
        kv: 'F16',
      },
      memory,
    };
  }

  /** Sets the threads of the next decode; the context rereads the number each time. */
  useThreads(count: number): void {
    if (this.#llama.maxThreads !== count) this.#llama.maxThreads = count;
  }

  tokenizeText(prompt: string): number[] {
    return this.#withBeginning([...this.#model.tokenize(prompt, false)]);
  }

  tokenizeMessages(messages: readonly ChatMessage[]): number[] | null {
    if (this.#chat === null) return null;
    const chatHistory = [...messages.map(toHistoryItem), { type: 'model' as const, response: [] }];
    const { contextText } = this.#chat.generateContextState({ chatHistory });
    return this.#withBeginning([...contextText.tokenize(this.#model.tokenizer)]);
  }

  readonly detokenize = (ids: readonly number[], before: readonly number[]): string =>
    this.#model.detokenize(toTokens(ids), false, toTokens(before));

  /** Always takes the lowest free sequence, so that batches have no gaps. */
  takeSequence(): SequencePort | null {
    const place = this.#free.shift() ?? this.#makeSequence();
    if (place === null) return null;
    const { order, sequence } = place;
    return {
      order,
      read: async (ids) => sequence.evaluateWithoutGeneratingNewTokens(toTokens(ids)),
      draw: (ids, sampler, seed) => draw(sequence, ids, sampler, seed),
      release: async () => {
        await sequence.clearHistory();
        this.#free.push(place);
        this.#free.sort((one, other) => one.order - other.order);
      },
    };
  }

  #makeSequence() {
    if (this.#context.sequencesLeft === 0) return null;
    this.#made += 1;
    return { order: this.#made - 1, sequence: this.#context.getSequence() };
  }

  get gpuBytes(): number {
    if (this.#llama.gpu === false) return 0;
    return this.#context.memoryUsage.vram + this.#model.memoryUsage.vram;
  }

  async dispose(): Promise<void> {
    await this.#llama.dispose();
  }

  /**
   * Generates and discards one token. This pages in the weights before the first run and proves that the model works.
   */
  async #warmUp(): Promise<void> {
    const sequence = this.takeSequence();
    const sampler = { mode: 'greedy' as const, temperature: 0, minP: 0.05 as const, maxTokens: 1, stop: [] };
    const tokens = sequence?.draw([this.#model.tokens.bos ?? 0], sampler, 0);
    await tokens?.next();
    await tokens?.return?.();
    await sequence?.release();
  }

  #withBeginning(ids: number[]): number[] {
    const { bos, shouldPrependBosToken } = this.#model.tokens;
    return bos !== null && shouldPrependBosToken && ids[0] !== bos ? [bos, ...ids] : ids;
  }
}

async function openLibrary(request: LoadModel, onLog: (line: string) => void): Promise<Llama> {
  try {
    return await getLlama({
      build: 'never',
      skipDownload: true,
      progressLogs: false,
      gpu: request.gpuLayers > 0 ? 'auto' : false,
      maxThreads: Math.max(request.decodeThreads, request.prefillThreads),
      logLevel: LlamaLogLevel.error,
      logger: (_, message) => onLog(message.trimEnd()),
    });
  } catch (thrown) {
    const missing = thrown instanceof NoBinaryFoundError;
    throw new ModelRefusedError(
      'library_missing',
      missing ? 'No llama.cpp binary runs on this computer.' : messageOf(thrown),
      thrown,
    );
  }
}

/**
 * Disables top-k sampling. The library leaves the stage out for null, sorts the whole vocabulary for 0, and takes 40 by
 * default. Its types do not admit null, hence the bare `object`.
 */
const noTopK: object = { topK: null };

/** Samples tokens with min-p alone (trust 0): without top-k and top-p the candidates stay in id order. */
function draw(
  sequence: LlamaContextSequence,
  ids: readonly number[],
  sampler: Sampler,
  seed: number,
): AsyncIterator<number> {
  return sequence.evaluate(toTokens(ids), {
    temperature: sampler.mode === 'greedy' ? 0 : sampler.temperature,
    minP: sampler.minP,
    ...noTopK,
    topP: 1,
    seed,
    yieldEogToken: true,
  });
}

function toTokens(ids: readonly number[]): Token[] {
  return ids.filter(isToken);
}

/** The library has a branded number type for tokens; every non-negative integer is one. */
function isToken(id: number): id is Token {
  return Number.isInteger(id) && id >= 0;
}

function chatTemplate(model: LlamaModel): JinjaTemplateChatWrapper | null {
  const template = model.fileInfo.metadata.tokenizer.chat_template;
  if (template === undefined || template.trim() === '') return null;
  try {
    return new JinjaTemplateChatWrapper({ template, tokenizer: model.tokenizer });
  } catch {
    // Without a usable template the model still continues plain text.
    return null;
  }
}

function toHistoryItem(message: ChatMessage) {
  switch (message.role) {
    case 'system':
      return { type: 'system' as const, text: message.content };
    case 'user':
      return { type: 'user' as const, text: message.content };
    case 'assistant':
      return { type: 'model' as const, response: [message.content] };
    default:
      return assertNever(message.role);
  }
}

function refusal(thrown: unknown): ModelRefusedError {
  if (thrown instanceof InsufficientMemoryError) return new ModelRefusedError('out_of_memory', thrown.message, thrown);
  const message = messageOf(thrown);
  if (/memory|alloc/i.test(message)) return new ModelRefusedError('out_of_memory', message, thrown);
  if (/unknown model architecture|unsupported/i.test(message))
    return new ModelRefusedError('model_unsupported', message, thrown);
  return new ModelRefusedError('model_damaged', message, thrown);
}

function messageOf(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).slice(0, 2000);
}
