import type { LoadedModel } from '#engine/ports/inference/LoadedModel.ts';
import type { Environment } from '#shared/protocol/working.ts';
import type { z } from 'zod';

export type RunEnvironment = z.infer<typeof Environment>;

/** The environment of a result for which no model was loaded. */
export function unknownEnvironment(processor: string | null): RunEnvironment {
  return { lib: 'unknown', gpu: 'cpu', flashAttention: false, kv: 'F16', cpu: processor?.slice(0, 120) ?? null };
}

/** The class of environment that a loaded model runs in (trust 4.1). */
export function environmentOf(loaded: LoadedModel, processor: string | null): RunEnvironment {
  const { library, gpu, flashAttention, kv } = loaded.environment;
  return {
    lib: library.slice(0, 32),
    gpu,
    // With `auto` the library uses it wherever the device supports it.
    flashAttention: flashAttention !== 'off',
    kv: /q8_0/i.test(kv) ? 'Q8_0' : 'F16',
    cpu: processor?.slice(0, 120) ?? null,
  };
}
