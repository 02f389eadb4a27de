import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, open, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { InferencePool } from '#engine/inference/pool/InferencePool.ts';
import { digestFile } from '#node/digestFile.ts';
import { entryPoint } from '#node/entryPoint.ts';
import { openPool, record, starterRequest } from '#test/helpers/inferencePool.ts';
import { starterModel } from '#test/helpers/starterModel.ts';
import { isAlive } from '#main/cli/running/isAlive.ts';

let folder = '';
let pool: InferencePool;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'open-swarm-worker-'));
  pool = openPool();
});

afterEach(async () => {
  await pool.dispose();
  await rm(folder, { recursive: true, force: true });
});

/** A copy of the starter model with `bytes` written over it at `at`. */
async function damagedCopy(at: number, bytes: Uint8Array): Promise<string> {
  const file = path.join(folder, 'copy.gguf');
  await copyFile(starterModel.path, file);
  await using handle = await open(file, 'r+');
  await handle.write(bytes, 0, bytes.length, at);
  return file;
}

describe('model files', () => {
  test('a damaged file is refused before the library sees it', async () => {
    const file = await damagedCopy(3_000_000, Buffer.from('not weights'));
    expect(await pool.prepare({ ...starterModel, path: file })).toMatchObject({
      kind: 'refused',
      code: 'digest_mismatch',
    });
    expect(pool.capacity()[0]).toMatchObject({ state: 'refused', busy: 0, reservedBytes: 0 });
  });

  test('so is a file with another digest, and one that is not there', async () => {
    expect(await pool.prepare({ ...starterModel, digest: 'a'.repeat(64) })).toMatchObject({ code: 'digest_mismatch' });
    const missing = { ...starterModel, digest: 'b'.repeat(64), path: path.join(folder, 'none.gguf') };
    expect(await pool.prepare(missing)).toMatchObject({ code: 'file_missing' });
  });

  test('a file with the right digest that is no model costs its worker at most', async () => {
    const file = await damagedCopy(0, Buffer.alloc(4096, 0xff));
    const outcome = await pool.prepare({ ...starterModel, path: file, digest: await digestFile(file) });
    expect(outcome).toMatchObject({ kind: 'refused', code: 'model_damaged' });
    expect((await record(pool, starterRequest())).end.kind).toBe('ended');
  });
});

describe('a killed worker', () => {
  test('fails its runs with what they delivered; a restarted one goes on from there', async () => {
    const greedy = { mode: 'greedy' as const, temperature: 0, minP: 0.05 as const, maxTokens: 300, stop: [] };
    const request = starterRequest({ sampler: greedy });
    const broken = await record(pool, request, {
      onTokens: () => {
        for (const pid of pool.workerPids()) process.kill(pid, 'SIGKILL');
      },
    });
    expect(broken.end).toMatchObject({ kind: 'failed', code: 'worker_died', delivered: broken.ids.length });
    expect(broken.ids.length).toBeGreaterThan(0);
    const prompt = { kind: 'ids' as const, promptIds: broken.promptIds, prefixIds: broken.ids };
    const rest = await record(pool, starterRequest({ prompt, sampler: { ...greedy, maxTokens: 20 } }));
    expect(rest.end).toMatchObject({ kind: 'ended' });
    const whole = await record(pool, starterRequest({ sampler: { ...greedy, maxTokens: broken.ids.length + 20 } }));
    expect([...broken.ids, ...rest.ids]).toEqual(whole.ids);
  });
});

const load = {
  type: 'load',
  modelPath: starterModel.path,
  digest: starterModel.digest,
  contextSize: 384,
  sequences: 1,
  decodeThreads: 1,
  prefillThreads: 1,
  gpuLayers: 0,
};
const generate = { type: 'generate', runId: 'r', ...starterRequest({ maxTokens: 340 }) };

test.each(['ready', 'loaded', 'tokens'])('a worker whose parent is killed at its %s ends by itself', async (moment) => {
  const script = `
    const { spawn } = require('node:child_process');
    const worker = spawn(process.execPath, [${JSON.stringify(entryPoint('worker'))}], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    worker.on('message', ({ type }) => {
      if (type === 'ready') worker.send(${JSON.stringify(load)});
      if (type === 'loaded') worker.send(${JSON.stringify(generate)});
      if (type === '${moment}') console.log(worker.pid);
    });
  `;
  const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number.parseInt(output.toString(), 10);
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await expect.poll(() => isAlive(pid)).toBe(false);
});

test('disposing the pool leaves no process behind', async () => {
  await pool.prepare(starterModel);
  const pids = pool.workerPids();
  expect(pids.map(isAlive)).toEqual([true]);
  await pool.dispose();
  expect(pids.map(isAlive)).toEqual([false]);
});
