import type { GenerateEnd, GenerateHooks, GenerateRequest } from '#engine/ports/inference/Generation.ts';
import { type Inference, restingInference } from '#engine/ports/inference/Inference.ts';
import type { LoadedModel, ModelRefusal } from '#engine/ports/inference/LoadedModel.ts';
import { starterModel } from './starterModel.ts';

/** One generation that the test plays. */
export interface PlayedRun {
  readonly request: GenerateRequest;
  readonly hooks: GenerateHooks;
  readonly end: (end: GenerateEnd) => void;
}

/** FAKE inference: the starter model is in memory, and the test itself plays the worker. */
export function playedInference(
  outcome: LoadedModel | ModelRefusal = loadedStarter,
): Inference & { readonly runs: readonly PlayedRun[] } {
  const runs: PlayedRun[] = [];
  return {
    ...restingInference,
    runs,
    prepare: () => Promise.resolve(outcome),
    generate: (request, hooks) => new Promise((end) => runs.push({ request, hooks, end })),
  };
}

const loadedStarter: LoadedModel = {
  kind: 'loaded',
  digest: starterModel.digest,
  slots: 2,
  contextSize: starterModel.contextSize,
  vocabSize: starterModel.vocabSize,
  eogIds: starterModel.eogIds,
  hasChatTemplate: false,
  environment: { library: '3.21.1', gpu: 'cpu', flashAttention: 'off', kv: 'f16' },
  memory: { residentBytes: 0, gpuBytes: 0 },
};
