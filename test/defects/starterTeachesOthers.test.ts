import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { planLoad } from '#engine/inference/pool/planLoad.ts';
import { judgeFit } from '#engine/models/fit/judgeFit.ts';
import { correctionFor, LoadMeasurements } from '#engine/models/fit/LoadMeasurements.ts';
import { estimateMemory } from '#shared/domain/models/memoryEstimate.ts';
import { starterModel } from '#test/helpers/starterModel.ts';

// The starter model, 6 MB in a process of 200 MiB, took 0.72 of what was estimated. That factor was applied to every
// other Q8_0 file: one of 1.3 GB was given 2836 MiB, took 3809 MiB, and was ended by its own limit.

test('what the starter model took changes nothing for a large model of the same quantisation', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'open-swarm-starter-lesson-'));
  try {
    const lessons = new LoadMeasurements(path.join(folder, 'memory.json'));
    const { digest, quantisation, sizeBytes } = starterModel;
    const predictedBytes = estimateMemory(starterModel, 10 * starterModel.contextSize);
    lessons.add({ digest, quantisation, sizeBytes, predictedBytes, measuredBytes: predictedBytes * 0.72, at: 0 });

    const large = { ...starterModel, digest: 'f'.repeat(64), sizeBytes: 1_300_000_000, parameters: 1.2e9 };
    const share = { cores: 2, memoryBytes: 16e9, graphics: null };
    const correction = correctionFor(large, lessons.all);
    expect(planLoad(large, { ...share, factor: correction.factor })).toEqual(planLoad(large, share));
    const machine = { totalBytes: 16e9, modelBytes: 8e9, weightBytesPerSecond: null, graphics: null };
    const { needBytes } = judgeFit({ ...large, trainedContext: large.contextSize }, machine, correction);
    expect(needBytes).toBeGreaterThan(2 * large.sizeBytes);

    // Of itself it learnt, but never that its process would need less than any other.
    const own = planLoad(starterModel, { ...share, factor: correctionFor(starterModel, lessons.all).factor });
    expect(own).toMatchObject({ kind: 'plan', sequences: 10 });
    expect(own.kind === 'plan' ? own.memoryBytes : 0).toBeGreaterThan(
      estimateMemory({ ...starterModel, sizeBytes: 0 }, 0),
    );
    expect(own.kind === 'plan' ? own.memoryBytes : 0).toBeLessThan(predictedBytes);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
