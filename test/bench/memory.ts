import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { memoryPeak } from '#test/helpers/memoryPeak.ts';
import { makeSyntheticModel } from '#test/helpers/syntheticModel.ts';
import type { Comparison } from './measure.ts';

const shapes = ['135m', '360m', '1b', '1.5b'] as const;

/** As the catalogue's small models are usually served, and short enough that reading prompts ends. */
const contextSize = 2048;

/** What the fit verdict predicts beside what the worker took at its peak, for four shapes of real models. */
export async function benchMemory(workFolder: string): Promise<Comparison[]> {
  const rows: Comparison[] = [];
  for (const shape of shapes) {
    // One at a time: they are large.
    const folder = path.join(workFolder, shape);
    mkdirSync(folder, { recursive: true });
    try {
      const model = await makeSyntheticModel(folder, shape);
      const { predictedBytes, peakBytes, ...load } = await memoryPeak({ ...model, contextSize });
      const error = ((predictedBytes / peakBytes - 1) * 100).toFixed(1);
      rows.push({
        what: `Peak memory of ${shape}, ${load.slots} answers of ${load.contextSize} tokens`,
        unit: 'MiB',
        ours: [peakBytes / 2 ** 20],
        peer: [predictedBytes / 2 ** 20],
        peerName: 'predicted',
        note: `the prediction is ${error} % off`,
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return rows;
}
