import type { GenerateEnd, GenerateHooks, GenerateRequest } from '#engine/ports/inference/Generation.ts';
import { InferencePool, type InferencePoolOptions } from '#engine/inference/pool/InferencePool.ts';
import { openLauncher } from '#engine/inference/process/openLauncher.ts';
import { currentInstallation } from '#node/Installation.ts';
import { systemClock, systemRandom } from '#node/systemClock.ts';
import { silentLogger } from './silentLogger.ts';
import { starterModel } from './starterModel.ts';

export interface PoolOptions extends Partial<InferencePoolOptions> {
  /** What models may use while the owner sets no limit. */
  readonly memoryBytes?: number;
}

/** A pool on this machine's clock that starts real worker processes, unless told otherwise. */
export function openPool({ memoryBytes = 4 * 2 ** 30, ...options }: PoolOptions = {}): InferencePool {
  return new InferencePool({
    launcher: openLauncher(currentInstallation()),
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    memoryFor: (ownersLimit) => ownersLimit ?? memoryBytes,
    cores: 2,
    ...options,
  });
}

/** A request for the starter model; the default prompt is the one of the documentation. */
export function starterRequest(change: Partial<GenerateRequest> & { maxTokens?: number } = {}): GenerateRequest {
  const { maxTokens = 48, ...rest } = change;
  return {
    model: starterModel,
    prompt: { kind: 'text', text: 'function add(a, b) {' },
    sampler: { mode: 'sampled', temperature: 0.7, minP: 0.05, maxTokens, stop: [] },
    seed: 42,
    ...rest,
  };
}

/** Everything that one generation told. */
export interface Recording {
  readonly end: GenerateEnd;
  readonly promptIds: number[];
  readonly ids: number[];
  readonly text: string;
  /** First index of each batch, with its length. */
  readonly batches: readonly (readonly [number, number])[];
}

/** Runs one generation and keeps what it told; `onTokens` sees each batch as it comes. */
export async function record(
  pool: InferencePool,
  request: GenerateRequest,
  hooks: Partial<GenerateHooks> = {},
): Promise<Recording> {
  const promptIds: number[] = [];
  const ids: number[] = [];
  const batches: (readonly [number, number])[] = [];
  let text = '';
  const end = await pool.generate(request, {
    signal: hooks.signal ?? new AbortController().signal,
    onStarted: (started) => {
      promptIds.push(...started);
      hooks.onStarted?.(started);
    },
    onTokens: (from, newIds, newText) => {
      batches.push([from, newIds.length]);
      ids.push(...newIds);
      text += newText;
      hooks.onTokens?.(from, newIds, newText);
    },
  });
  return { end, promptIds, ids, text, batches };
}
