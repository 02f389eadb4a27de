import type { DecodeSpeed, ModelSpeed } from '#shared/domain/machine/benchmark.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { threadCandidates } from '#shared/worker/threadCandidates.ts';
import { chooseSlots } from '#engine/machine/benchmark/chooseSlots.ts';
import { chooseThreads, finalistsOf, withNext } from '#engine/machine/benchmark/chooseThreads.ts';
import { median, spreadOf } from '#engine/machine/benchmark/statistics.ts';
import type { OneShotWorker } from '#engine/machine/benchmark/OneShotWorker.ts';

/** How thoroughly a model is measured. */
export interface ModelEffort {
  readonly rounds: number;
  /** Duration of one round of one setting, in milliseconds. */
  readonly roundMs: number;
  readonly leastSteps: number;
}

export interface ModelOptions {
  readonly worker: OneShotWorker;
  readonly model: InstalledModel;
  readonly effort: ModelEffort;
  /** Physical cores that inference may use. */
  readonly cores: number;
  /** Numbers of concurrent answers to measure, ascending from 1; the model is loaded with the last as its slots. */
  readonly counts: readonly number[];
  /** Context of one sequence as loaded, in tokens. */
  readonly contextSize: number;
  readonly onStep: (step: ModelStep) => void;
}

/** Progress of the measurement of a model. */
export interface ModelStep {
  readonly phase: 'prefill' | 'decode';
  readonly sequences: number;
  /** Done share of this model, 0 to 1. */
  readonly share: number;
  /** Latest result in tokens per second; null before the first. */
  readonly latest: number | null;
}

/** A total throughput below this fraction of the best counts as a drop. */
const dropBelow = 0.9;

/** Consecutive drops that end the measurement; a single one may be a dip, as with two answers of a small model. */
const maxDrops = 2;

/** Upper limit on prompt tokens per step. */
const pieceTokens = 256;

/** Measures a loaded model: the best threads for reading and writing, then more and more concurrent answers. */
export async function measureModel(options: ModelOptions): Promise<ModelSpeed> {
  const { model, counts, cores } = options;
  const candidates = threadCandidates(cores);
  let latest: number | null = null;
  const tell = (phase: ModelStep['phase'], sequences: number, stage: number): void =>
    options.onStep({ phase, sequences, share: stage / (counts.length + 1), latest });
  tell('prefill', 1, 0);
  const prefill = await compare(options, candidates, (threads) => prefillRound(options, threads));
  latest = prefill.tokensPerSecond;
  const decode: DecodeSpeed[] = [];
  let drops = 0;
  for (const [index, sequences] of counts.entries()) {
    tell('decode', sequences, index + 1);
    const before = decode.at(-1);
    const tried = before === undefined ? candidates : withNext(candidates, before.threads);
    const speed = await compare(options, tried, (threads) => decodeRound(options, sequences, threads));
    latest = speed.tokensPerSecond;
    decode.push({ sequences, ...speed });
    const best = Math.max(...decode.map((row) => row.tokensPerSecond));
    drops = speed.tokensPerSecond < best * dropBelow ? drops + 1 : 0;
    if (drops >= maxDrops) break;
  }
  const { digest, name, sizeClass, sizeBytes } = model;
  return {
    digest,
    name,
    sizeClass,
    sizeBytes,
    threads: decode[0]?.threads ?? 1,
    prefillThreads: prefill.threads,
    slots: chooseSlots(decode),
    prefillTokensPerSecond: prefill.tokensPerSecond,
    prefillSpread: prefill.spread,
    decode,
    spread: Math.max(prefill.spread, ...decode.map((row) => row.spread)),
  };
}

type Speed = Omit<DecodeSpeed, 'sequences'>;

/**
 * Compares thread counts: measures each once, then the best ones in alternating rounds, so that other load on the
 * machine affects them equally.
 */
async function compare(
  { effort }: ModelOptions,
  candidates: readonly number[],
  round: (threads: number) => Promise<number>,
): Promise<Speed> {
  const speeds = new Map<number, number[]>();
  for (const threads of candidates) speeds.set(threads, [await round(threads)]);
  const finalists = finalistsOf(speeds);
  for (let turn = 1; turn < effort.rounds; turn += 1) {
    for (const threads of finalists) speeds.get(threads)?.push(await round(threads));
  }
  const chosen = chooseThreads(new Map(finalists.map((threads) => [threads, speeds.get(threads) ?? []]))) ?? 1;
  const rounds = speeds.get(chosen) ?? [];
  return { threads: chosen, tokensPerSecond: median(rounds), spread: spreadOf(rounds) };
}

async function prefillRound({ worker, effort, contextSize }: ModelOptions, threads: number): Promise<number> {
  const promptTokens = Math.max(2, Math.min(pieceTokens, Math.floor(contextSize / 2)));
  const { leastSteps, roundMs: mostMs } = effort;
  const stepMs = await worker.measure({ kind: 'prefill', sequences: 1, threads, promptTokens, leastSteps, mostMs });
  return perSecond(promptTokens, stepMs);
}

async function decodeRound(options: ModelOptions, sequences: number, threads: number): Promise<number> {
  const { worker, effort, contextSize } = options;
  const promptTokens = Math.max(2, Math.min(32, Math.floor(contextSize / 4)));
  const { leastSteps, roundMs: mostMs } = effort;
  const stepMs = await worker.measure({ kind: 'decode', sequences, threads, promptTokens, leastSteps, mostMs });
  return perSecond(sequences, stepMs);
}

function perSecond(tokens: number, stepMs: readonly number[]): number {
  const ms = median(stepMs);
  return ms > 0 ? (tokens / ms) * 1000 : 0;
}
