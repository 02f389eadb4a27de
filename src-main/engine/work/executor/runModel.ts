import { chainStart, inputHash } from '#node/keys/answerChain.ts';
import type { SigningKey } from '#node/keys/keys.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import type { Inference } from '#engine/ports/inference/Inference.ts';
import type { GenerateEnd } from '#engine/ports/inference/Generation.ts';
import type { ChunkRecord } from '#engine/store/tasks/ChunkStore.ts';
import { Chunker } from './Chunker.ts';
import { environmentOf, type RunEnvironment } from './environmentOf.ts';
import { promptOf } from './promptOf.ts';
import type { Assign, RunEnd, StopCause } from './RunningAssignment.ts';

export interface RunModelInput {
  readonly assign: Assign;
  readonly model: InstalledModel | null;
  readonly inference: Inference;
  readonly clock: Clock;
  readonly nodeId: string;
  readonly key: SigningKey;
  readonly processor: string | null;
  readonly unknown: RunEnvironment;
  readonly signal: AbortSignal;
  /** Why the signal was aborted; null before. */
  readonly stopCause: () => StopCause | null;
  readonly onPrompt: (prompt: { ids: readonly number[]; inputHash: string }) => void;
  /** Must store the chunk; a rejection ends the run. */
  readonly onChunk: (chunk: ChunkRecord, environment: RunEnvironment) => Promise<void>;
}

const noTimings = { promptMs: 0, firstTokenMs: null, totalMs: 0 } as const;

/** Runs the model for one assignment; every end is a value. */
export async function runModel(input: RunModelInput): Promise<RunEnd> {
  const { assign, model, inference, unknown } = input;
  const early = { environment: unknown, promptIds: [], timings: noTimings };
  if (model === null) return { ...early, ...gaveUp('model_failed', 'The model is no longer installed.') };
  const loaded = await inference.prepare(model);
  if (loaded.kind === 'refused') {
    const reason = loaded.code === 'out_of_memory' ? 'out_of_memory' : 'model_failed';
    return { ...early, ...gaveUp(reason, loaded.message) };
  }
  const environment = environmentOf(loaded, input.processor);
  const sink = new TokenSink(input, environment);
  const end = await inference.generate(
    { model, prompt: promptOf(assign, model), sampler: assign.sampler, seed: assign.seed },
    {
      signal: input.signal,
      onStarted: (promptIds) => sink.start(promptIds),
      onTokens: (_from, ids, text) => sink.push(ids, text),
    },
  );
  await sink.finish();
  const { promptIds } = sink;
  if (end.kind === 'failed') return { environment, promptIds, timings: noTimings, ...failure(end, sink.stored) };
  const { promptMs, firstTokenMs, decodeMs } = end.timings;
  const timings = { promptMs, firstTokenMs, totalMs: promptMs + decodeMs };
  const finish = end.finish === 'cancelled' && input.stopCause() === 'yielded' ? 'yielded' : end.finish;
  return {
    outcome: { kind: 'delivered', finish: sink.failed ? 'yielded' : finish, count: sink.stored },
    detail: null,
    environment,
    promptIds,
    timings,
  };
}

/** The end of a failed run: stored tokens are delivered, so that another node continues the answer. */
function failure(end: Extract<GenerateEnd, { kind: 'failed' }>, stored: number): Pick<RunEnd, 'outcome' | 'detail'> {
  if (stored > 0) return { outcome: { kind: 'delivered', finish: 'yielded', count: stored }, detail: end.message };
  switch (end.code) {
    case 'prompt_too_long': {
      const promptTokens = end.promptTokens === undefined ? {} : { promptTokens: end.promptTokens };
      return { outcome: { kind: 'gave_up', reason: 'prompt_too_long', ...promptTokens }, detail: end.message };
    }
    case 'out_of_memory':
      return gaveUp('out_of_memory', end.message);
    case 'disposed':
    case 'queue_full':
    case 'invalid_ids':
      return gaveUp('internal', end.message);
    case 'no_chat_template':
    case 'worker_died':
    case 'model_refused':
    case 'gave_up':
    case 'run_failed':
      return gaveUp('model_failed', end.message);
  }
}

function gaveUp(
  reason: Extract<RunEnd['outcome'], { kind: 'gave_up' }>['reason'],
  detail: string,
): Pick<RunEnd, 'outcome' | 'detail'> {
  return { outcome: { kind: 'gave_up', reason }, detail };
}

/** Takes the tokens of a model, cuts them into chunks and waits until these are stored. */
class TokenSink {
  promptIds: readonly number[] = [];
  /** A chunk could not be stored; later ones are dropped. */
  failed = false;
  /** Ids stored here. */
  stored = 0;
  readonly #input: RunModelInput;
  readonly #environment: RunEnvironment;
  #chunker: Chunker | null = null;
  #storing: Promise<void> = Promise.resolve();

  constructor(input: RunModelInput, environment: RunEnvironment) {
    this.#input = input;
    this.#environment = environment;
  }

  start(startedIds: readonly number[]): void {
    const { assign, clock, key, nodeId } = this.#input;
    const continued = assign.input.scheme === 'continue' ? assign.input : null;
    this.promptIds = continued?.promptIds ?? startedIds;
    const hash = inputHash(this.promptIds, continued?.prefixIds ?? []);
    const { assignmentId, taskId, modelDigest, sampler, seed } = assign;
    const start = chainStart({ assignmentId, taskId, nodeId, modelDigest, inputHash: hash, sampler, seed });
    this.#input.onPrompt({ ids: this.promptIds, inputHash: hash });
    this.#chunker = new Chunker({ clock, key, assignmentId, start, onChunk: (chunk) => this.#store(chunk) });
  }

  push(ids: readonly number[], text: string): void {
    if (!this.failed) this.#chunker?.push(ids, text);
  }

  async finish(): Promise<void> {
    this.#chunker?.flush();
    await this.#storing;
  }

  #store(chunk: ChunkRecord): void {
    if (this.failed) return;
    const stored = this.#input.onChunk(chunk, this.#environment).then(
      () => {
        if (!this.failed) this.stored = chunk.from + chunk.ids.length;
      },
      () => {
        this.failed = true;
      },
    );
    this.#storing = Promise.all([this.#storing, stored]).then(() => undefined);
  }
}
