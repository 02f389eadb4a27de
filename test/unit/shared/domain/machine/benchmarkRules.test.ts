import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BenchmarkReport } from '#shared/domain/machine/benchmark.ts';
import { compareBenchmarks } from '#shared/domain/machine/compareBenchmarks.ts';
import { earningsPerBusyHour, earningsPerDay, offeredSpeed } from '#shared/domain/money/expectedEarnings.ts';
import { expectedSpeed } from '#shared/domain/models/expectedSpeed.ts';
import { benchmarkReport, modelSpeed } from '#test/helpers/benchmarkReport.ts';

const unknown = { value: null, reason: 'It was not there.' };

describe('comparing two runs', () => {
  test('equal figures are no change', () => {
    const report = benchmarkReport();
    expect(BenchmarkReport.parse(report)).toEqual(report);
    const changes = compareBenchmarks(report, report);
    expect(changes.map(({ what }) => what)).toEqual([
      'memory',
      'disk_write',
      'disk_read',
      'round_trip',
      'prefill',
      'decode',
    ]);
    expect(changes.every(({ changePercent, isNoise }) => changePercent === 0 && isNoise)).toBe(true);
  });

  test('a change counts when it is larger than five percent and than both spreads', () => {
    const faster = (gigabytesPerSecond: number, spread: number) =>
      benchmarkReport({ memory: { value: { gigabytesPerSecond, readers: 2, spread }, reason: null } });
    const [small] = compareBenchmarks(benchmarkReport(), faster(20.8, 0.01));
    expect(small).toMatchObject({ what: 'memory', before: 20, now: 20.8, isNoise: true });
    expect(compareBenchmarks(benchmarkReport(), faster(22, 0.01))[0]).toMatchObject({ isNoise: false });
    expect(compareBenchmarks(benchmarkReport(), faster(22, 0.3))[0]).toMatchObject({ isNoise: true });
  });

  test('figures of only one run are left out, as are cached reads compared with disk reads', () => {
    const cached = { writeMBs: 500, readMBs: 9000, readFromCache: true, spread: 0 };
    const other = benchmarkReport({
      memory: unknown,
      link: unknown,
      disk: { value: cached, reason: null },
      models: [modelSpeed({ digest: 'f'.repeat(64) })],
    });
    expect(compareBenchmarks(benchmarkReport(), other).map(({ what }) => what)).toEqual(['disk_write']);
  });
});

describe('expected earnings', () => {
  test('are what the price table pays for an hour of tokens', () => {
    // 3,000 tokens/s at 4 slots × 3,600 s × 0.05 credits per 1,000 tokens × 80 % quality.
    expect(earningsPerBusyHour(modelSpeed(), 'novice')).toBe(432_000_000n);
    expect(offeredSpeed(modelSpeed())).toBe(3000);
    expect(offeredSpeed(modelSpeed({ slots: 8 }))).toBe(3100);
  });

  test('grow with level and speed, and a day never earns more than 24 hours', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e5, noNaN: true }),
        fc.double({ min: -1, max: 2, noNaN: true }),
        (tokensPerSecond, share) => {
          const row = { sequences: 1, tokensPerSecond, threads: 1, spread: 0 };
          const model = modelSpeed({ slots: 1, decode: [row] });
          const faster = modelSpeed({ slots: 1, decode: [{ ...row, tokensPerSecond: tokensPerSecond * 2 }] });
          const perHour = earningsPerBusyHour(model, 'novice');
          expect(earningsPerBusyHour(model, 'master') >= perHour).toBe(true);
          expect(earningsPerBusyHour(faster, 'novice') >= perHour).toBe(true);
          const perDay = earningsPerDay(perHour, share);
          expect(perDay >= 0n && perDay <= perHour * 24n).toBe(true);
        },
      ),
    );
  });
});

describe('expected speed of a model that is not installed', () => {
  const large = modelSpeed({
    sizeBytes: 1e9,
    decode: [{ sequences: 1, tokensPerSecond: 30, threads: 4, spread: 0 }],
  });

  test('is derived from the measured model nearest in size, else from memory bandwidth', () => {
    expect(expectedSpeed(2e9, benchmarkReport({ models: [large] }))).toBe(15);
    const larger = modelSpeed({
      sizeBytes: 4e9,
      decode: [{ sequences: 1, tokensPerSecond: 10, threads: 4, spread: 0 }],
    });
    expect(expectedSpeed(3e9, benchmarkReport({ models: [large, larger] }))).toBeCloseTo(40 / 3);
    // The starter model is too small to say anything about others: 20 GB/s × 0.6.
    expect(expectedSpeed(2e9, benchmarkReport())).toBe(6);
    expect(expectedSpeed(2e9, benchmarkReport({ memory: unknown }))).toBe(null);
    expect(expectedSpeed(0, benchmarkReport())).toBe(null);
  });
});
