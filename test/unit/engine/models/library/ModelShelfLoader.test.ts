import { describe, expect, test } from 'vitest';
import { type Inference, restingInference } from '#engine/ports/inference/Inference.ts';
import type { LoadedModel } from '#engine/ports/inference/LoadedModel.ts';
import type { ModelCapacity } from '#engine/ports/inference/ModelCapacity.ts';
import { ModelShelfLoader } from '#engine/models/library/ModelShelfLoader.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';
import { starterModel } from '#test/helpers/starterModel.ts';
import { fixedShelf } from '#test/helpers/fixedShelf.ts';

const { digest } = starterModel;
const loaded: LoadedModel = {
  kind: 'loaded',
  digest,
  slots: 4,
  contextSize: 384,
  vocabSize: 4096,
  eogIds: [2],
  hasChatTemplate: false,
  environment: { library: '3.21.1', gpu: 'cpu', flashAttention: 'auto', kv: 'F16' },
  memory: { residentBytes: 1, gpuBytes: 0 },
};
const capacity: ModelCapacity = {
  digest,
  state: 'ready',
  reason: '',
  slots: 4,
  contextSize: 384,
  busy: 0,
  waiting: 0,
  tokensPerSecond: null,
  reservedBytes: 0,
};

/** A loader over a pool that says what the test wants. */
async function setUp() {
  let now = capacity;
  const learnt: number[] = [];
  const inference: Inference = { ...restingInference, prepare: async () => loaded, capacity: () => [now] };
  const shelf = {
    ...fixedShelf([starterModel]),
    learn: (_: unknown, { measuredBytes, slots, contextSize }: Record<string, number>) => {
      expect([slots, contextSize]).toEqual([4, 384]);
      learnt.push(measuredBytes ?? 0);
    },
  };
  const loader = new ModelShelfLoader(shelf, inference, silentLogger);
  loader.setKeepAlive(null);
  loader.start();
  await new Promise((resolve) => setImmediate(resolve));
  return {
    loader,
    learnt,
    say: (change: Partial<ModelCapacity>) => {
      now = { ...capacity, ...change };
      loader.learn();
    },
  };
}

describe('what loads teach about memory', () => {
  test('is told once a model has worked, and again when it clearly took more', async () => {
    const { learnt, say } = await setUp();
    say({ peakBytes: null });
    say({ peakBytes: 1000 });
    say({ peakBytes: 1010 });
    say({ peakBytes: 900 });
    say({ peakBytes: 1100 });
    expect(learnt).toEqual([1000, 1100]);
  });
});

describe('how a model is', () => {
  test('a refusal that is about the file is damage, another one is not', async () => {
    const { loader, say } = await setUp();
    const state = () => loader.slices()[0]?.state;
    say({ state: 'refused', refusal: 'model_damaged', reason: 'It is no model.' });
    expect(state()).toBe('damaged');
    say({ state: 'refused', refusal: 'out_of_memory', reason: 'It needs more.' });
    expect(state()).toBe('gave_up');
    expect(loader.summary()).toEqual({ installed: 1, loading: false, problem: 'It needs more.' });
  });
});
