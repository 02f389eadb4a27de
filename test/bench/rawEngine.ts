import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { makeSyntheticModel } from '#test/helpers/syntheticModel.ts';
import { RawEngineReport, type RawEngineJob } from './rawEngineJob.ts';

/** Medians over the rounds, and the spread of the speed. */
export interface RawEngineResult {
  readonly promptTokens: number;
  readonly firstTokenMs: number;
  readonly tokensPerSecond: number;
  readonly slowest: number;
  readonly fastest: number;
}

type RawEngineOptions = Partial<Omit<RawEngineJob, 'modelPath'>>;

/**
 * Measures node-llama-cpp alone on a model file, in a throw-away process with the same one libuv thread as a worker.
 * Give it the plan that the pool uses for the model (`planLoad`), so that both sides run the same shape.
 */
export async function measureRawEngine(modelPath: string, options: RawEngineOptions = {}): Promise<RawEngineResult> {
  const streams = options.streams ?? 1;
  const job: RawEngineJob = {
    modelPath,
    promptText: 'function add(a, b) {',
    maxTokens: 64,
    streams,
    sequences: streams,
    contextSize: 384,
    decodeThreads: 1,
    prefillThreads: 1,
    rounds: 5,
    seed: 1,
    ...options,
  };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [path.resolve('test/bench/rawEngineProcess.ts'), JSON.stringify(job)],
    { env: { ...process.env, UV_THREADPOOL_SIZE: '1' }, maxBuffer: 1 << 24 },
  );
  const { promptTokens, runs } = RawEngineReport.parse(JSON.parse(stdout));
  const speeds = runs.map((run) => run.tokensPerSecond).toSorted((a, b) => a - b);
  return {
    promptTokens,
    firstTokenMs: median(runs.map((run) => run.firstTokenMs)),
    tokensPerSecond: median(speeds),
    slowest: speeds[0] ?? 0,
    fastest: speeds.at(-1) ?? 0,
  };
}

/** A model of real size for the benchmark: the shape of SmolLM2-135M with random weights, made in seconds. */
export function makeRealSizeModel(folder: string): Promise<InstalledModel> {
  return makeSyntheticModel(folder, '135m');
}

/** The middle of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
