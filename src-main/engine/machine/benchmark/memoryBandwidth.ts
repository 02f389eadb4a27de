import type { EngineStore } from '#engine/store/openEngineStore.ts';

/** Read speed of main memory in GB/s, as measured last; null before. */
export function gigabytesPerSecond({ benchmarks }: Pick<EngineStore, 'benchmarks'>): number | null {
  const [newest] = benchmarks.list(10).flatMap(({ memory }) => memory.value ?? []);
  return newest?.gigabytesPerSecond ?? null;
}

/** Read speed of main memory in bytes per second, as measured last; null before. */
export function memoryBandwidth(store: Pick<EngineStore, 'benchmarks'>): number | null {
  const speed = gigabytesPerSecond(store);
  return speed === null ? null : speed * 1e9;
}
