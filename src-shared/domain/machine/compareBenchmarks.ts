import type { BenchmarkReport, ModelSpeed } from './benchmark.ts';

/** A figure of one run compared with the same figure of an earlier run. */
export interface BenchmarkChange {
  readonly what: 'memory' | 'disk_write' | 'disk_read' | 'round_trip' | 'prefill' | 'decode';
  /** The model, for `prefill` and `decode`. */
  readonly model: { readonly digest: string; readonly name: string } | null;
  readonly before: number;
  readonly now: number;
  /** (now − before) / before × 100; positive means larger, which for `round_trip` is worse. */
  readonly changePercent: number;
  /** Within the spread of the repetitions, so it is not significant. */
  readonly isNoise: boolean;
}

/** Runs of an idle machine agree within this (fraction of the value). */
const usualSpread = 0.05;

/** Compares the figures that both runs have. */
export function compareBenchmarks(before: BenchmarkReport, now: BenchmarkReport): BenchmarkChange[] {
  const [memory, disk, link] = [
    both(before.memory.value, now.memory.value),
    both(before.disk.value, now.disk.value),
    both(before.link.value, now.link.value),
  ];
  const machine = [
    memory && change('memory', { of: memory, read: (speed) => speed.gigabytesPerSecond }),
    disk && change('disk_write', { of: disk, read: (speed) => speed.writeMBs }),
    disk && disk[0].readFromCache === disk[1].readFromCache
      ? change('disk_read', { of: disk, read: (speed) => speed.readMBs })
      : null,
    link && change('round_trip', { of: link, read: (speed) => speed.roundTripMs }),
  ];
  return [...machine, ...now.models.flatMap((model) => ofModel(before, model))].filter((one) => one !== null);
}

function ofModel(before: BenchmarkReport, now: ModelSpeed): (BenchmarkChange | null)[] {
  const earlier = before.models.find((model) => model.digest === now.digest);
  if (earlier === undefined) return [];
  const model = { digest: now.digest, name: now.name };
  const of = [earlier, now] as const;
  return [
    change('prefill', { of, read: (speed) => speed.prefillTokensPerSecond, model }),
    change('decode', { of, read: (speed) => speed.decode[0]?.tokensPerSecond ?? 0, model }),
  ];
}

interface Pair<T> {
  readonly of: readonly [T, T];
  readonly read: (value: T) => number;
  readonly model?: BenchmarkChange['model'];
}

function change<T extends { readonly spread: number }>(
  what: BenchmarkChange['what'],
  { of, read, model = null }: Pair<T>,
): BenchmarkChange | null {
  const [before, now] = [read(of[0]), read(of[1])];
  if (before <= 0) return null;
  const fraction = (now - before) / before;
  const isNoise = Math.abs(fraction) <= Math.max(usualSpread, of[0].spread, of[1].spread);
  return { what, model, before, now, changePercent: fraction * 100, isNoise };
}

function both<T>(before: T | null, now: T | null): readonly [T, T] | null {
  return before === null || now === null ? null : [before, now];
}
