import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseSlots } from '#engine/machine/benchmark/chooseSlots.ts';
import { chooseThreads, finalistsOf, withNext, worthwhile } from '#engine/machine/benchmark/chooseThreads.ts';
import { threadCandidates } from '#shared/worker/threadCandidates.ts';
import { measuredPlans, newestSpeeds } from '#engine/machine/benchmark/measuredPlans.ts';
import { median, spreadOf } from '#engine/machine/benchmark/statistics.ts';
import { benchmarkReport, modelSpeed } from '#test/helpers/benchmarkReport.ts';

const speed = fc.double({ min: 0.1, max: 1e5, noNaN: true });
const speedsByThreads = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 64 }), fc.array(speed, { minLength: 1, maxLength: 5 })), {
    minLength: 1,
    maxLength: 8,
    selector: ([threads]) => threads,
  })
  .map((entries) => new Map(entries));
const decodeRows = fc
  .array(speed, { minLength: 1, maxLength: 5 })
  .map((speeds) =>
    speeds.map((tokensPerSecond, index) => ({ sequences: 2 ** index, tokensPerSecond, threads: 1, spread: 0 })),
  );

/** The tolerance of speeds, relative: rounding of a few products and quotients. */
const [less, more] = [1 - 1e-9, 1 + 1e-9];

describe('statistics', () => {
  test('the median lies between the ends, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(speed, { minLength: 1 }), (values) => {
        const middle = median(values);
        expect(middle).toBeGreaterThanOrEqual(Math.min(...values) * less);
        expect(middle).toBeLessThanOrEqual(Math.max(...values) * more);
        expect(median(values.toReversed()) / middle).toBeCloseTo(1, 9);
      }),
    );
    expect(median([])).toBe(0);
    expect(median([1, 2, 10])).toBe(2);
    expect(median([1, 2])).toBe(1.5);
  });

  test('the spread does not depend on the unit and is none of equal or single values', () => {
    expect(spreadOf([9, 10, 11])).toBeCloseTo(0.2);
    expect(spreadOf([900, 1000, 1100])).toBeCloseTo(0.2);
    expect(spreadOf([5, 5, 5])).toBe(0);
    expect(spreadOf([5])).toBe(0);
    expect(spreadOf([])).toBe(0);
    expect(spreadOf([0, 0])).toBe(0);
  });
});

describe('threads', () => {
  test('all counts of a small machine are tried, and doubling ones up to the last of a large one', () => {
    expect(threadCandidates(1)).toEqual([1]);
    expect(threadCandidates(3)).toEqual([1, 2, 3]);
    expect(threadCandidates(12)).toEqual([1, 2, 4, 8, 12]);
    expect(withNext([1, 2, 4, 8], 2)).toEqual([2, 4]);
    expect(withNext([1, 2], 2)).toEqual([2]);
  });

  test('the chosen count is measured, nearly the best, and no smaller one is', () => {
    fc.assert(
      fc.property(speedsByThreads, (speeds) => {
        const chosen = chooseThreads(speeds) ?? 0;
        const best = Math.max(...[...speeds.values()].map((rounds) => median(rounds)));
        expect(median(speeds.get(chosen) ?? []) * worthwhile).toBeGreaterThanOrEqual(best * less);
        for (const [threads, rounds] of speeds) {
          expect(threads >= chosen || median(rounds) * worthwhile < best * more).toBe(true);
        }
      }),
    );
    expect(chooseThreads(new Map())).toBe(null);
  });

  test('the best count of the first round always stays in the race, with at most one other', () => {
    fc.assert(
      fc.property(speedsByThreads, (speeds) => {
        const left = finalistsOf(speeds);
        const best = Math.max(...[...speeds.values()].map((rounds) => median(rounds)));
        expect(left.length).toBeGreaterThan(0);
        expect(left.length).toBeLessThanOrEqual(2);
        expect(left.some((threads) => median(speeds.get(threads) ?? []) >= best * less)).toBe(true);
      }),
    );
  });
});

describe('slots', () => {
  test('are one of the measured numbers, quick enough, nearly the best, and as few as that allows', () => {
    fc.assert(
      fc.property(decodeRows, (rows) => {
        const slots = chooseSlots(rows);
        const quick = rows.filter((row) => row.sequences === 1 || row.tokensPerSecond / row.sequences >= 4);
        const best = Math.max(...quick.map((row) => row.tokensPerSecond));
        const chosen = quick.find((row) => row.sequences === slots);
        expect(chosen?.tokensPerSecond ?? 0).toBeGreaterThanOrEqual(best * 0.9 * less);
        for (const row of quick) expect(row.sequences >= slots || row.tokensPerSecond < best * 0.9 * more).toBe(true);
      }),
    );
  });

  test('a small model that is slower with two than alone, and fast with eight, gets eight', () => {
    const rows = [1000, 800, 1600, 2600].map((tokensPerSecond, index) => ({
      sequences: 2 ** index,
      tokensPerSecond,
      threads: 1,
      spread: 0,
    }));
    expect(chooseSlots(rows)).toBe(8);
    expect(chooseSlots(rows.slice(0, 2))).toBe(1);
  });

  test('a large model that writes slowly keeps to few answers', () => {
    const rows = [6, 11, 14, 15].map((tokensPerSecond, index) => ({
      sequences: 2 ** index,
      tokensPerSecond,
      threads: 4,
      spread: 0,
    }));
    expect(chooseSlots(rows)).toBe(2);
    expect(chooseSlots([{ sequences: 1, tokensPerSecond: 0.5, threads: 1, spread: 0 }])).toBe(1);
  });
});

describe('what holds for a model', () => {
  const busy = { otherPercent: 90, isBusy: true };

  test('the newest run on an idle machine comes before newer ones on a busy machine', () => {
    const reports = [
      benchmarkReport({ load: busy, models: [modelSpeed({ slots: 1 })] }),
      benchmarkReport({ models: [modelSpeed({ slots: 4 })] }),
      benchmarkReport({ models: [modelSpeed({ slots: 8 })] }),
    ];
    expect([...newestSpeeds(reports).values()].map(({ slots }) => slots)).toEqual([4]);
    expect(measuredPlans(reports).get(modelSpeed().digest)).toEqual({
      slots: 4,
      // Four answers at once need two threads, eight would need four.
      decodeThreads: 2,
      prefillThreads: 2,
      tokensPerSecond: 1000,
    });
  });

  test('a busy run decides only while its repetitions agree', () => {
    const steady = benchmarkReport({ load: busy, models: [modelSpeed({ spread: 0.1 })] });
    const wild = benchmarkReport({ load: busy, models: [modelSpeed({ spread: 1.5 })] });
    expect(measuredPlans([steady]).size).toBe(1);
    expect(measuredPlans([wild]).size).toBe(0);
    expect(measuredPlans([wild, steady]).size).toBe(1);
    expect(newestSpeeds([wild]).size).toBe(1);
  });
});
