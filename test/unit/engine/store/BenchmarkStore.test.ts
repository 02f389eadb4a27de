import { expect, test } from 'vitest';
import { openEngineStore } from '#engine/store/openEngineStore.ts';
import { systemClock } from '#node/systemClock.ts';
import { benchmarkReport } from '#test/helpers/benchmarkReport.ts';

test('runs are kept newest first, also when the clock went back, and the oldest make room', async () => {
  const store = openEngineStore({ file: ':memory:', clock: systemClock });
  await store.benchmarks.add(benchmarkReport({ at: 2000 }));
  await store.benchmarks.add(benchmarkReport({ at: 1000 }));
  expect(store.benchmarks.list(10).map(({ at }) => at)).toEqual([1000, 2000]);
  expect(store.benchmarks.list(10)[0]).toEqual(benchmarkReport({ at: 1000 }));
  for (let at = 0; at < 201; at += 1) await store.benchmarks.add(benchmarkReport({ at }));
  const kept = store.benchmarks.list(500);
  expect(kept).toHaveLength(200);
  expect(kept.at(-1)?.at).toBe(1);
  expect(store.benchmarks.list(1).map(({ at }) => at)).toEqual([200]);
  store.close();
});
