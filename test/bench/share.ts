import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openPool, record, starterRequest } from '#test/helpers/inferencePool.ts';
import { makeSyntheticModel } from '#test/helpers/syntheticModel.ts';

// Does a share of the processor measure as that share? Processor time of the worker as the kernel counts it, over a
// minute of four streams on the 135 M shape, beside what was asked for. Run on an otherwise idle machine.

const asked = Number(process.argv[2] ?? '40');
const seconds = Number(process.argv[3] ?? '60');
const folder = mkdtempSync(path.join(tmpdir(), 'open-swarm-share-'));
const processors = os.availableParallelism();
const pool = openPool({ cores: processors, processors });
const end = new AbortController();
try {
  const model = await makeSyntheticModel(folder, '135m');
  await pool.prepare(model);
  pool.setPace({ processorShare: asked / 100, gpuShare: 1, threads: null });
  let tokens = 0;
  const streams = [0, 1, 2, 3].map(async (index) => {
    while (!end.signal.aborted) {
      const prompt = { kind: 'text' as const, text: `${index} is a number` };
      const { ids } = await record(pool, starterRequest({ model, prompt, maxTokens: 400, seed: index }), end);
      tokens += ids.length;
    }
  });
  await wait(5000);
  const [before, start, tokensBefore] = [ticks(), performance.now(), tokens];
  await wait(seconds * 1000);
  const passed = (performance.now() - start) / 1000;
  const share = ((ticks() - before) / 100 / passed / processors) * 100;
  const speed = (tokens - tokensBefore) / passed;
  end.abort();
  await Promise.all(streams);
  process.stdout.write(
    `${JSON.stringify({ asked, measured: Math.round(share * 10) / 10, speed: Math.round(speed) })}\n`,
  );
} finally {
  await pool.dispose();
  rmSync(folder, { recursive: true, force: true });
}

/** Hundredths of a second of processor time of all workers so far. */
function ticks(): number {
  return pool.workerPids().reduce((sum, pid) => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return sum + Number(fields[11]) + Number(fields[12]);
  }, 0);
}
