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

test('what could not be measured says why', () => {
  const link = measuredRows(report(40), null).find(({ id }) => id === 'link');
  expect(link).toMatchObject({ value: null, note: 'No coordinator is connected.', change: '' });
});

test('a reading that did not come from the disk says so', () => {
  const read = measuredRows(report(40), null).find(({ id }) => id === 'disk_read');
  expect(read?.note).toContain('could not be measured');
});

test('changes are only told beyond the noise', () => {
  const changeOf = (before: number, now: number) =>
    measuredRows(report(now), report(before)).find(({ id }) => id === 'memory')?.change;
  expect(changeOf(40, 40.4)).toBe('no change');
  expect(changeOf(40, 20)).toBe('−50 %');
  expect(changeOf(20, 40)).toBe('+100 %');
  expect(changeText(undefined)).toBe('');
});

test('the spread is told around the middle', () => {
  expect(spreadText(0.05)).toBe('± 2.5 %');
});

test('the first look shows numbers only once they are measured', () => {
  const nothing = { running: null, last: null, previous: null, problem: null };
  const before = gaugesOf(sampleProfile(), nothing);
  expect(before.find(({ id }) => id === 'memory')).toMatchObject({ value: '', share: 0 });
  const after = gaugesOf(sampleProfile(), { ...nothing, last: report(41.2) });
  expect(after.find(({ id }) => id === 'memory')).toMatchObject({ value: '41.2 GB/s', share: 1 });
  expect(after.find(({ id }) => id === 'model')).toMatchObject({ title: 'Starter', note: 'It could not be loaded.' });
});
