import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { InferencePool } from '#engine/inference/pool/InferencePool.ts';
import { residentBytesOf } from '#engine/inference/confinement/MemoryWatch.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { openPool, record, starterRequest } from '#test/helpers/inferencePool.ts';
import { makeSyntheticModel } from '#test/helpers/syntheticModel.ts';
import { until } from '#test/helpers/until.ts';

vi.setConfig({ testTimeout: 120_000 });

const megabyte = 1e6;

let folder = '';
let model: InstalledModel;
let pool: InferencePool;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'open-swarm-unload-'));
  model = { ...(await makeSyntheticModel(folder, '135m')), contextSize: 512 };
});
afterAll(async () => {
  await pool.dispose();
  rmSync(folder, { recursive: true, force: true });
});

/** Resident bytes of this process and of all workers together. */
async function together(): Promise<number> {
  const each = await Promise.all([process.pid, ...pool.workerPids()].map((pid) => residentBytesOf(pid)));
  return each.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0);
}

async function cycle(): Promise<number> {
  const request = starterRequest({ model, maxTokens: 20 });
  const runs = await Promise.all([1, 2, 3, 4].map((seed) => record(pool, { ...request, seed })));
  for (const { end } of runs) expect(end.kind).toBe('ended');
  const loaded = await together();
  const pids = pool.workerPids();
  await until(() => pool.capacity()[0]?.state === 'unloaded', 'it was unloaded');
  await until(() => pids.every((pid) => !existsSync(`/proc/${pid}`)), 'its process ended');
  return loaded;
}

test.skipIf(process.platform !== 'linux')('an idle model gives its memory back, to within 30 MB', async () => {
  pool = openPool();
  pool.setKeepAlive(200);
  // The first time the program itself grows by the code that it needs.
  await cycle();
  const base = await together();
  const loaded = await cycle();
  expect(loaded - base).toBeGreaterThan(300 * megabyte);
  expect((await together()) - base).toBeLessThan(30 * megabyte);
});
