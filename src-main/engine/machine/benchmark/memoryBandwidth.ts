import type { EngineStore } from '#engine/store/openEngineStore.ts';

/** Gigabytes per second that the memory gave when it was measured last; null before. */
export function gigabytesPerSecond({ benchmarks }: Pick<EngineStore, 'benchmarks'>): number | null {
  const [newest] = benchmarks.list(10).flatMap(({ memory }) => memory.value ?? []);
  return newest?.gigabytesPerSecond ?? null;
}

/** The same in bytes, as verdicts about models want it. */
export function memoryBandwidth(store: Pick<EngineStore, 'benchmarks'>): number | null {
  const speed = gigabytesPerSecond(store);
  return speed === null ? null : speed * 1e9;
}
