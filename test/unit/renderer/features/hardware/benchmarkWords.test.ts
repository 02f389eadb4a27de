import { expect, test } from 'vitest';
import { changeText, measuredRows, spreadText } from '#renderer/features/hardware/benchmarkWords.ts';
import { gaugesOf } from '#renderer/features/onboarding/computerGauges.ts';
import type { BenchmarkReport } from '#shared/domain/machine/benchmark.ts';
import { sampleProfile } from '#test/helpers/sampleProfile.ts';

function report(gigabytesPerSecond: number): BenchmarkReport {
  return {
    at: 0,
    set: 'quick',
    tookMs: 8000,
    load: { otherPercent: 2, isBusy: false },
    memory: { value: { gigabytesPerSecond, readers: 4, spread: 0.02 }, reason: null },
    disk: { value: { writeMBs: 800, readMBs: 2400, readFromCache: true, spread: 0.1 }, reason: null },
    link: { value: null, reason: 'No coordinator is connected.' },
    models: [],
    skipped: [{ digest: 'a'.repeat(64), name: 'Starter', reason: 'It could not be loaded.' }],
  };
}

test('a missing measurement states the reason', () => {
  const link = measuredRows(report(40), null).find(({ id }) => id === 'link');
  expect(link).toMatchObject({ value: null, note: 'No coordinator is connected.', change: '' });
});

test('a read from the cache is labelled', () => {
  const read = measuredRows(report(40), null).find(({ id }) => id === 'disk_read');
  expect(read?.note).toContain('could not be measured');
});

test('changes are shown only beyond the noise', () => {
  const changeOf = (before: number, now: number) =>
    measuredRows(report(now), report(before)).find(({ id }) => id === 'memory')?.change;
  expect(changeOf(40, 40.4)).toBe('no change');
  expect(changeOf(40, 20)).toBe('−50 %');
  expect(changeOf(20, 40)).toBe('+100 %');
  expect(changeText(undefined)).toBe('');
});

test('the spread is shown around the middle', () => {
  expect(spreadText(0.05)).toBe('± 2.5 %');
});

test('onboarding shows figures only once measured', () => {
  const nothing = { running: null, last: null, previous: null, problem: null };
  const before = gaugesOf(sampleProfile(), nothing);
  expect(before.find(({ id }) => id === 'memory')).toMatchObject({ value: '', share: 0 });
  const after = gaugesOf(sampleProfile(), { ...nothing, last: report(41.2) });
  expect(after.find(({ id }) => id === 'memory')).toMatchObject({ value: '41.2 GB/s', share: 1 });
  expect(after.find(({ id }) => id === 'model')).toMatchObject({ title: 'Starter', note: 'It could not be loaded.' });
});
