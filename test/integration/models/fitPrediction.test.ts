import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { correctionFor } from '#engine/models/fit/LoadMeasurements.ts';
import { correctEstimate } from '#shared/domain/models/memoryEstimate.ts';
import { memoryPeak } from '#test/helpers/memoryPeak.ts';
import { makeSyntheticModel } from '#test/helpers/syntheticModel.ts';

const isLong = process.env['OPEN_SWARM_LONG'] === '1';
const presets = isLong ? (['135m', '360m', '1b', '1.5b'] as const) : (['135m'] as const);

/** Processors with matrix units keep a repacked copy of every matrix, as the estimate says; others repack less. */
const hasMatrixUnits = process.platform === 'linux' && readFileSync('/proc/cpuinfo', 'utf8').includes('amx_int8');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'open-swarm-fit-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.skipIf(process.platform !== 'linux').each(presets)(
  'the memory of the shape %s at its peak is predicted within a tenth',
  async (preset) => {
    const model = { ...(await makeSyntheticModel(folder, preset)), contextSize: 2048 };
    const { predictedBytes, peakBytes, loadedBytes } = await memoryPeak(model, isLong ? 900 : 250);
    expect(peakBytes).toBeGreaterThanOrEqual(loadedBytes);
    // Elsewhere the first load teaches what this processor repacks, and the next estimate is right.
    const { digest, quantisation } = model;
    const lessons = hasMatrixUnits ? [] : [{ digest, quantisation, predictedBytes, measuredBytes: peakBytes, at: 0 }];
    const predicted = correctEstimate(predictedBytes, correctionFor(model, lessons).factor);
    expect(Math.abs(predicted - peakBytes) / peakBytes).toBeLessThan(0.1);
  },
  600_000,
);
