import { describe, expect, test } from 'vitest';
import { ThreadGovernor } from '#main/inference-worker/steps/ThreadGovernor.ts';
import { threadCandidates } from '#shared/worker/threadCandidates.ts';

/** Takes steps on a machine where a step with n threads costs `cost(n)`; returns how often each count was used. */
function steps(
  governor: ThreadGovernor,
  count: number,
  cost: (threads: number) => number,
  streams = 1,
): Map<number, number> {
  const used = new Map<number, number>();
  for (let i = 0; i < count; i += 1) {
    const threads = governor.next(streams);
    governor.record(streams, threads, cost(threads));
    used.set(threads, (used.get(threads) ?? 0) + 1);
  }
  return used;
}

describe('the thread governor', () => {
  test('candidates', () => {
    expect([1, 2, 3, 4, 7, 16].map(threadCandidates)).toEqual([
      [1],
      [1, 2],
      [1, 2, 3],
      [1, 2, 3, 4],
      [1, 2, 4, 7],
      [1, 2, 4, 8, 16],
    ]);
  });

  test('with one candidate there is nothing to measure', () => {
    expect([...steps(new ThreadGovernor([1]), 500, () => 1)]).toEqual([[1, 500]]);
  });

  test('finds the fastest count and stays with it, trying others rarely', () => {
    const governor = new ThreadGovernor([1, 2, 4]);
    steps(governor, 9, (threads) => 12 / threads);
    const used = steps(governor, 1000, (threads) => 12 / threads);
    expect(used.get(4)).toBeGreaterThan(950);
    expect(used.get(1)).toBeGreaterThan(0);
    expect(used.get(2)).toBeGreaterThan(0);
  });

  test('prefers fewer threads when more gain next to nothing', () => {
    const governor = new ThreadGovernor([1, 2]);
    steps(governor, 6, (threads) => (threads === 2 ? 9.8 : 10));
    expect(governor.next(1)).toBe(1);
  });

  test('falls back within a few steps when other programs make many threads slow, and comes back later', () => {
    const governor = new ThreadGovernor([1, 2]);
    const quiet = (threads: number): number => (threads === 2 ? 6 : 10);
    const busy = (threads: number): number => (threads === 2 ? 66 : 13);
    steps(governor, 200, quiet);
    expect(governor.next(1)).toBe(2);
    steps(governor, 12, busy);
    expect(steps(governor, 100, busy).get(2) ?? 0).toBeLessThan(5);
    steps(governor, 300, quiet);
    expect(governor.next(1)).toBe(2);
  });

  test('decides for each number of streams by itself', () => {
    const governor = new ThreadGovernor([1, 2]);
    steps(governor, 20, (threads) => threads, 1);
    steps(governor, 20, (threads) => 10 / threads, 4);
    expect([governor.next(1), governor.next(4)]).toEqual([1, 2]);
  });
});
