import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import os from 'node:os';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { openPool, starterRequest } from '#test/helpers/inferencePool.ts';
import { makeSyntheticModel } from '#test/helpers/syntheticModel.ts';
import { asWorker, buildPeers, type Peers } from './buildPeers.ts';
import { askServer, type ServerShape } from './llamaServer.ts';
import { type Comparison, machine } from './measure.ts';
import { promptIds } from './promptIds.ts';
import { StreamClock } from './StreamClock.ts';

const rounds = Number(process.env['OPEN_SWARM_BENCH_ROUNDS'] ?? 5);
const streamCounts = [1, 2, 4, 8] as const;
/** Beside busy programs two threads wait for each other; `--threads=1` still tells something then. */
const threads = Number(/--threads=(\d+)/.exec(process.argv.join(' '))?.[1] ?? Math.min(2, os.availableParallelism()));
const promptTokens = 64;
const answerTokens = Number(process.env['OPEN_SWARM_BENCH_TOKENS'] ?? 128);

type Built = Extract<Peers, { kind: 'built' }>;

/** Tokens a second of all streams together, by how many there were. */
type Speeds = Map<number, number[]>;

/**
 * Answers written at once with a model of real size: the product's worker processes beside llama.cpp's own programs of
 * the same commit, in turns, with the same number of threads and the same priority. `--1b` takes the 1 B shape instead of the 135 M one.
 */
export async function benchDecode(workFolder: string): Promise<Comparison[]> {
  const peers = await buildPeers();
  if (peers.kind === 'missing') console.log(`llama.cpp cannot be built here; missing: ${peers.tools.join(', ')}\n`);
  await mkdir(workFolder, { recursive: true });
  const preset = process.argv.includes('--1b') ? '1b' : '135m';
  const made = await makeSyntheticModel(workFolder, preset);
  // As much context as the task needs, for all sides.
  const model = { ...made, contextSize: promptTokens + answerTokens + 64 };
  const [ours, single, batched, server] = [newSpeeds(), newSpeeds(), newSpeeds(), newSpeeds()];
  for (let round = 0; round < rounds; round += 1) {
    for (const streams of streamCounts) {
      const keep = (name: string, speeds: Speeds, speed: number): void => {
        speeds.get(streams)?.push(speed);
        // What was measured stays known when a long run is broken off.
        console.error(`round ${round + 1}, ${streams} streams, ${name}: ${speed.toFixed(1)} tokens/s`);
      };
      keep('ours', ours, await measureOurs(model, streams));
      if (peers.kind === 'missing') continue;
      if (streams === 1) keep('llama-bench', single, await runLlamaBench(peers, model));
      keep('llama-batched-bench', batched, await runBatchedBench(peers, model, streams));
      const shape: ServerShape = { streams, threads, promptTokens, answerTokens, context: model.contextSize };
      keep('llama-server', server, await askServer(peers.program('llama-server'), model.path, shape));
    }
  }
  console.log(`${preset}, ${threads} threads, after ${rounds} rounds: ${machine().replace(/before$/, 'at the end')}\n`);
  const missing = peers.kind === 'missing' ? `needs ${peers.tools.join(', ')}` : null;
  return streamCounts.flatMap((streams) =>
    [
      { peerName: 'llama-bench', speeds: single },
      { peerName: 'llama-batched-bench', speeds: batched },
      { peerName: `llama-server -np ${streams}`, speeds: server },
    ]
      .filter(({ speeds }) => missing !== null || (speeds.get(streams) ?? []).length > 0)
      .map(({ peerName, speeds }) => ({
        what: `${preset}: ${streams} ${streams === 1 ? 'stream' : 'streams'}`,
        unit: 'tokens/s',
        ours: ours.get(streams) ?? [],
        peer: missing === null ? (speeds.get(streams) ?? []) : null,
        peerName,
        ...(missing === null ? {} : { note: missing }),
      })),
  );
}

function newSpeeds(): Speeds {
  return new Map(streamCounts.map((streams) => [streams, []]));
}

/** A worker process of the product with as many slots as there are streams, over its real pipe. */
async function measureOurs(model: InstalledModel, streams: number): Promise<number> {
  const pool = openPool({ cores: threads, processors: os.availableParallelism() });
  pool.setMeasured(
    new Map([[model.digest, { slots: streams, decodeThreads: threads, prefillThreads: threads, tokensPerSecond: 0 }]]),
  );
  try {
    const loaded = await pool.prepare(model);
    if (!('slots' in loaded) || loaded.slots !== streams) throw new Error(`Not loaded for ${streams} streams`);
    const clocks = Array.from({ length: streams }, () => new StreamClock());
    // One that warms caches up, and lets the worker find its number of threads.
    await Promise.all(clocks.map((_, index) => answer(index, new StreamClock())));
    await Promise.all(clocks.map((clock, index) => answer(index + 100, clock)));
    return clocks.reduce((sum, clock) => sum + clock.tokensPerSecond, 0);
  } finally {
    await pool.dispose();
  }

  async function answer(seed: number, clock: StreamClock): Promise<void> {
    const prompt = { kind: 'ids' as const, promptIds: promptIds(seed, promptTokens), prefixIds: [] };
    await pool.generate(starterRequest({ model, prompt, seed, maxTokens: answerTokens }), {
      signal: new AbortController().signal,
      onStarted: () => {},
      onTokens: (_, ids) => clock.add(ids.length),
    });
  }
}

const BenchLine = z.object({ avg_ts: z.number() });
const BatchedLine = z.object({ speed_tg: z.number() });

async function runLlamaBench(peers: Built, model: InstalledModel): Promise<number> {
  const shape = ['-p', '0', '-n', String(answerTokens), '-d', String(promptTokens), '-r', '1'];
  const args = ['-m', model.path, ...shape, '-t', String(threads), '-ngl', '0', '-o', 'jsonl'];
  return BenchLine.parse(await jsonOf(peers.program('llama-bench'), args)).avg_ts;
}

async function runBatchedBench(peers: Built, model: InstalledModel, streams: number): Promise<number> {
  const shape = ['-npp', String(promptTokens), '-ntg', String(answerTokens), '-npl', String(streams)];
  const context = ['-c', String(streams * model.contextSize)];
  const count = ['-t', String(threads), '-tb', String(threads)];
  const args = ['-m', model.path, ...context, ...shape, ...count, '-ngl', '0', '--output-format', 'jsonl'];
  return BatchedLine.parse(await jsonOf(peers.program('llama-batched-bench'), args)).speed_tg;
}

const tries = 3;

/** The line of JSON that a peer prints. On a busy machine it sometimes ends before its own log was written: again then. */
async function jsonOf(program: string, args: readonly string[]): Promise<unknown> {
  for (let left = tries; left > 0; left -= 1) {
    const { stdout } = await promisify(execFile)(...asWorker(program, args));
    const line = stdout.split('\n').find((each) => each.startsWith('{'));
    if (line !== undefined) return JSON.parse(line);
  }
  throw new Error(`${program} prints no result`);
}
