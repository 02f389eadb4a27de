import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { InferencePool } from '#engine/inference/pool/InferencePool.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { openPool, record, starterRequest } from '#test/helpers/inferencePool.ts';
import { makeSyntheticModel } from '#test/helpers/syntheticModel.ts';
import type { Comparison } from './measure.ts';
import { runOwnersProgram } from './ownersProgram.ts';
import { YieldingNode } from './YieldingNode.ts';

const streams = 4;
const shareSeconds = Number(process.env['OPEN_SWARM_BENCH_SECONDS'] ?? 60);
const giveBacks = 10;
const ownerSeconds = 30;
const ownerRounds = Number(process.env['OPEN_SWARM_BENCH_ROUNDS'] ?? 3);

/**
 * Manners, with the 135 M shape at four streams: does a share measure as that share, how soon is the machine given back,
 * and what does an owner's program lose beside a node that gives way? Only an otherwise idle machine can tell.
 */
export async function benchManners(workFolder: string): Promise<Comparison[]> {
  await mkdir(workFolder, { recursive: true });
  const model = await makeSyntheticModel(workFolder, '135m');
  const processors = os.availableParallelism();
  const pool = openPool({ cores: processors, processors });
  try {
    await pool.prepare(model);
    const shares = [await measureShare(pool, model, 40)];
    pool.setPace({ processorShare: 1, gpuShare: 1, threads: null });
    const delays: number[] = [];
    for (let round = 0; round < giveBacks; round += 1) delays.push(await measureGiveBack(pool, model));
    return [
      { what: '40 % of the processor', unit: '%', ours: shares, peer: [40], peerName: 'asked' },
      {
        what: 'Give-back: signal to the end of all streams',
        unit: 'ms',
        ours: delays,
        peer: [1000],
        peerName: 'allowed',
      },
      await besideOwner(pool, model, workFolder),
    ];
  } finally {
    await pool.dispose();
  }
}

/** Percent of all processors that the worker used, as the kernel counts it. */
async function measureShare(pool: InferencePool, model: InstalledModel, percent: number): Promise<number> {
  pool.setPace({ processorShare: percent / 100, gpuShare: 1, threads: null });
  const end = new AbortController();
  const running = Array.from({ length: streams }, async (_, index) => {
    while (!end.signal.aborted) await record(pool, request(model, index), end);
  });
  await wait(5000);
  const [ticks, start] = [processorTicks(pool), performance.now()];
  await wait(shareSeconds * 1000);
  const seconds = (performance.now() - start) / 1000;
  const share = (processorTicks(pool) - ticks) / 100 / seconds / os.availableParallelism();
  end.abort();
  await Promise.all(running);
  return share * 100;
}

/** Milliseconds from the signal until every stream has ended. */
async function measureGiveBack(pool: InferencePool, model: InstalledModel): Promise<number> {
  const begun = Promise.withResolvers<void>();
  const heard = new Set<number>();
  const running = Array.from({ length: streams }, (_, index) =>
    record(pool, request(model, index), {
      onTokens: (from) => {
        if (from > 8) heard.add(index);
        if (heard.size === streams) begun.resolve();
      },
    }),
  );
  await begun.promise;
  const start = performance.now();
  pool.yieldAll();
  await Promise.all(running);
  return performance.now() - start;
}

/** Speed of an owner's program with the node working beside it, and alone, in turns. */
async function besideOwner(pool: InferencePool, model: InstalledModel, folder: string): Promise<Comparison> {
  const beside: number[] = [];
  const alone: number[] = [];
  for (let round = 0; round < ownerRounds; round += 1) {
    const node = new YieldingNode(pool, (index) => request(model, index), streams);
    node.start();
    await wait(5000);
    beside.push(await runOwnersProgram(path.join(folder, `owner-${round}`), ownerSeconds));
    await node.stop();
    alone.push(await runOwnersProgram(path.join(folder, `alone-${round}`), ownerSeconds));
  }
  const what = "An owner's program of one thread, beside a node that gives way";
  return { what, unit: 'rounds/s', ours: beside, peer: alone, peerName: 'alone' };
}

function request(model: InstalledModel, index: number) {
  const prompt = { kind: 'text' as const, text: `${index} is a number` };
  return starterRequest({ model, prompt, maxTokens: 400, seed: index });
}

/** Hundredths of a second of processor time of all workers so far. */
function processorTicks(pool: InferencePool): number {
  return pool.workerPids().reduce((sum, pid) => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return sum + Number(fields[11]) + Number(fields[12]);
  }, 0);
}
