import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { InferencePool } from '#engine/inference/InferencePool.ts';
import { openLauncher } from '#engine/inference/openLauncher.ts';
import { correctionFor } from '#engine/models/MemoryLessons.ts';
import { currentInstallation } from '#node/Installation.ts';
import { systemClock, systemRandom } from '#node/systemClock.ts';
import { estimateMemory } from '#shared/domain/memoryEstimate.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';
import { makeSyntheticModel } from '#test/helpers/syntheticModel.ts';

const presets =
  process.env['OPEN_SWARM_LONG'] === '1' ? (['135m', '360m', '1b', '1.5b'] as const) : (['135m'] as const);

/** Processors with matrix units keep a repacked copy of every matrix, as the estimate says; others repack less. */
const hasMatrixUnits = process.platform === 'linux' && readFileSync('/proc/cpuinfo', 'utf8').includes('amx_int8');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'open-swarm-fit-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each(presets)(
  'the memory of the shape %s is predicted within a tenth',
  async (preset) => {
    const model = { ...(await makeSyntheticModel(folder, preset)), contextSize: 2048 };
    const pool = new InferencePool({
      launcher: openLauncher(currentInstallation()),
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
      memoryBytes: 8e9,
      cores: 1,
      processors: 1,
    });
    try {
      const loaded = await pool.prepare(model);
      if (loaded.kind !== 'loaded') throw new Error(loaded.message);
      const predictedBytes = estimateMemory(model, loaded.contextSize * loaded.slots);
      const measuredBytes = loaded.memory.residentBytes;
      // Elsewhere the first load teaches what this processor repacks, and the next estimate is right.
      const { digest, quantisation } = model;
      const lessons = hasMatrixUnits ? [] : [{ digest, quantisation, predictedBytes, measuredBytes, at: 0 }];
      const predicted = predictedBytes * correctionFor(model, lessons).factor;
      expect(Math.abs(predicted - measuredBytes) / measuredBytes).toBeLessThan(0.1);
    } finally {
      await pool.dispose();
    }
  },
  300_000,
);
