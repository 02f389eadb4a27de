import type { Inference } from '#engine/ports/inference/Inference.ts';
import type { GenerateEnd, GenerateHooks, GenerateRequest } from '#engine/ports/inference/Generation.ts';
import type { LoadedModel } from '#engine/ports/inference/LoadedModel.ts';
import type { ModelCapacity } from '#engine/ports/inference/ModelCapacity.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import type { Clock } from '#shared/util/clock.ts';
import { drawId, endId, promptIdsOf, textOf } from './madeModel.ts';
import type { SeededRandom } from './SeededRandom.ts';

export interface FakeInferenceOptions {
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly slots: number;
  readonly msPerToken: number;
  /** Chance that an answer ends by itself. */
  readonly ends: number;
  /** Chance that the worker dies in the middle. */
  readonly dies: number;
}

/** Stands for the pool of inference workers: makes up tokens over time, and nothing else. */
export class FakeInference implements Inference {
  readonly #options: FakeInferenceOptions;
  #busy = 0;
  #listeners: (() => void)[] = [];
  #digest: string | null = null;
  #contextSize = 0;

  constructor(options: FakeInferenceOptions) {
    this.#options = options;
  }

  prepare(model: InstalledModel): Promise<LoadedModel> {
    const { digest, vocabSize, eogIds, contextSize } = model;
    if (this.#digest === null) this.#later(() => this.#changed());
    this.#digest = digest;
    this.#contextSize = contextSize;
    return Promise.resolve({
      kind: 'loaded',
      digest,
      slots: this.#options.slots,
      contextSize,
      vocabSize,
      eogIds,
      hasChatTemplate: false,
      environment: { library: 'simulation', gpu: 'cpu', flashAttention: 'off', kv: 'f16' },
      memory: { residentBytes: 0, gpuBytes: 0 },
    });
  }

  generate(request: GenerateRequest, hooks: GenerateHooks): Promise<GenerateEnd> {
    const { clock, random, msPerToken, ends, dies } = this.#options;
    const { maxTokens } = request.sampler;
    const endsAt = random.chance(ends) ? random.between(1, maxTokens) : null;
    const diesAt = random.chance(dies) ? random.between(0, maxTokens - 1) : null;
    this.#busy += 1;
    this.#changed();
    return new Promise((resolve) => {
      let count = 0;
      const end = (result: GenerateEnd): void => {
        this.#busy -= 1;
        this.#changed();
        resolve(result);
      };
      const timings = { promptMs: 1, firstTokenMs: 1, decodeMs: 1 };
      const step = (): void => {
        if (hooks.signal.aborted) return end({ kind: 'ended', finish: 'cancelled', count, timings });
        if (count === diesAt) {
          return end({ kind: 'failed', code: 'worker_died', message: 'The worker died.', delivered: count });
        }
        const last = count + 1 === endsAt;
        const id = last ? endId : drawId(random);
        hooks.onTokens(count, [id], textOf([id]));
        count += 1;
        if (last) return end({ kind: 'ended', finish: 'eog', count, timings });
        if (count === maxTokens) return end({ kind: 'ended', finish: 'length', count, timings });
        clock.setTimer(msPerToken, step);
      };
      clock.setTimer(msPerToken, () => {
        const { prompt } = request;
        hooks.onStarted(
          prompt.kind === 'ids' ? prompt.promptIds : promptIdsOf(prompt.kind === 'text' ? prompt.text : 'chat'),
        );
        step();
      });
    });
  }

  capacity(): readonly ModelCapacity[] {
    if (this.#digest === null) return [];
    const { slots } = this.#options;
    const contextSize = this.#contextSize;
    const busy = Math.min(slots, this.#busy);
    const waiting = Math.max(0, this.#busy - slots);
    return [
      {
        digest: this.#digest,
        state: 'ready',
        reason: '',
        slots,
        contextSize,
        busy,
        waiting,
        tokensPerSecond: 50,
        reservedBytes: 0,
      },
    ];
  }

  onChange(listener: () => void): () => void {
    this.#listeners.push(listener);
    return () => {
      this.#listeners = this.#listeners.filter((each) => each !== listener);
    };
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }

  forget(): Promise<void> {
    return Promise.resolve();
  }

  outlook(): null {
    return null;
  }

  setPace(): void {}
  setMeasured(): void {}
  setDemand(): void {}
  setKeepAlive(): void {}
  setMemoryLimit(): void {}
  know(): void {}

  #later(run: () => void): void {
    this.#options.clock.setTimer(1, run);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
