import { readFile } from 'node:fs/promises';
import { estimateMemory } from '#shared/domain/models/memoryEstimate.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { openPool, record, starterRequest } from './inferencePool.ts';

/** What one model took, in bytes. */
export interface MemoryPeak {
  readonly contextSize: number;
  readonly slots: number;
  readonly predictedBytes: number;
  /** Resident once it was loaded, as the worker says. */
  readonly loadedBytes: number;
  /** The most it ever had, while all slots read long prompts and wrote; as the system says. */
  readonly peakBytes: number;
}

/** Longer than the library's batches, so that all of its buffers are used where reading is that fast. */
const longPrompt = 900;

/**
 * Loads a model as the product does, works with all of its slots on prompts of so many words, and reads what that took.
 * Linux only.
 */
export async function memoryPeak(model: InstalledModel, promptWords = longPrompt): Promise<MemoryPeak> {
  const pool = openPool({ memoryBytes: 16e9, cores: 2 });
  try {
    const loaded = await pool.prepare(model);
    if (loaded.kind !== 'loaded') throw new Error(loaded.message);
    const { contextSize, slots, memory } = loaded;
    const prompt = { kind: 'text' as const, text: 'one two '.repeat(promptWords / 2) };
    const runs = await Promise.all(
      Array.from({ length: slots }, (_, seed) => record(pool, starterRequest({ model, prompt, seed, maxTokens: 8 }))),
    );
    for (const { end } of runs) if (end.kind === 'failed') throw new Error(end.message);
    const [pid = 0] = pool.workerPids();
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
    return {
      contextSize,
      slots,
      predictedBytes: estimateMemory(model, contextSize * slots),
      loadedBytes: memory.residentBytes,
      peakBytes: Number(peak) * 1024,
    };
  } finally {
    await pool.dispose();
  }
}
