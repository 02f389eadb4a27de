import type { DecodeSpeed, ModelSpeed } from '#shared/domain/machine/benchmark.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { chooseSlots } from './chooseSlots.ts';
import { chooseThreads, stillInTheRace, threadCounts, withNext } from './chooseThreads.ts';
import { median, spreadOf } from './statistics.ts';
import type { ThrowAwayWorker } from './ThrowAwayWorker.ts';

/** How thoroughly a model is measured. */
export interface ModelEffort {
  readonly rounds: number;
  /** Milliseconds of one round of one setting. */
  readonly roundMs: number;
  readonly leastSteps: number;
}

export interface ModelOptions {
  readonly worker: ThrowAwayWorker;
  readonly model: InstalledModel;
  readonly effort: ModelEffort;
  /** Cores that inference may use. */
  readonly cores: number;
  /** Numbers of answers at once to measure, ascending, from 1; the model was loaded for the last. */
  readonly counts: readonly number[];
  /** Tokens of one sequence as it was really loaded. */
  readonly contextSize: number;
  readonly onStep: (step: ModelStep) => void;
}

/** Where the measurement of a model stands. */
export interface ModelStep {
  readonly phase: 'prefill' | 'decode';
  readonly sequences: number;
  /** 0 to 1 of this model. */
  readonly share: number;
  /** Tokens per second that were found last; null before the first. */
  readonly latest: number | null;
}

/** Answers at once that are this much slower together than fewer were count as falling off. */
const fallingOff = 0.9;

/** More are not tried after so many that fall off: one alone may be a dip, as two answers of a small model are. */
const fallsInRow = 2;

/** Prompts are read in pieces of at most so many tokens. */
const pieceTokens = 256;

/** What one model can do: threads for writing and for reading, then more and more answers at once. */
export async function measureModel(options: ModelOptions): Promise<ModelSpeed> {
  const { model, counts, cores } = options;
  const candidates = threadCounts(cores);
  let latest: number | null = null;
  const tell = (phase: ModelStep['phase'], sequences: number, stage: number): void =>
    options.onStep({ phase, sequences, share: stage / (counts.length + 1), latest });
  tell('prefill', 1, 0);
  const prefill = await race(options, candidates, (threads) => prefillRound(options, threads));
  latest = prefill.tokensPerSecond;
  const decode: DecodeSpeed[] = [];
  let falls = 0;
  for (const [index, sequences] of counts.entries()) {
    tell('decode', sequences, index + 1);
    const before = decode.at(-1);
    const tried = before === undefined ? candidates : withNext(candidates, before.threads);
    const speed = await race(options, tried, (threads) => decodeRound(options, sequences, threads));
    latest = speed.tokensPerSecond;
    decode.push({ sequences, ...speed });
    const best = Math.max(...decode.map((row) => row.tokensPerSecond));
    falls = speed.tokensPerSecond < best * fallingOff ? falls + 1 : 0;
    if (falls >= fallsInRow) break;
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
 * Measures thread counts against each other: all of them once, then the best ones in turns, so that what else happens
 * on the machine meets them alike.
 */
async function race(
  { effort }: ModelOptions,
  candidates: readonly number[],
  round: (threads: number) => Promise<number>,
): Promise<Speed> {
  const speeds = new Map<number, number[]>();
  for (const threads of candidates) speeds.set(threads, [await round(threads)]);
  const finalists = stillInTheRace(speeds);
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
