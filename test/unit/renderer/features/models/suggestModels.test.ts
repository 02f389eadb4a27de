import { expect, test } from 'vitest';
import { suggestModels } from '#renderer/features/models/catalogue/suggestModels.ts';
import type { AdviceRow } from '#shared/domain/money/earningAdvice.ts';
import { catalogueFamily, catalogueRow as file } from '#test/helpers/catalogueRows.ts';

function family(name: string, rows: ReturnType<typeof file>[], licence: string | null = 'MIT') {
  const { family: facts } = catalogueFamily(name, ['chat'], rows);
  return { family: { ...facts, licence }, rows };
}

const small = family('Small', [file('small', 'well', 4e8)]);
const middle = family('Middle', [file('middle', 'well', 6e8)]);
const other = family('Other', [file('other', 'well', 5e8)]);
const large = family('Large', [file('large-q4', 'well', 9e8), file('large-q8', 'slow', 18e8)]);
const slow = family('Slow', [file('slow', 'slow', 3e9)]);

function advised(...names: string[]): { rows: AdviceRow[] } {
  const row = { installed: null, sizeBytes: 1, tokensPerSecond: 1, measured: false, perHour: null, limit: null };
  return { rows: names.map((id) => ({ ...row, id, name: id, perBusyHour: '1' })) };
}

function ids(...args: Parameters<typeof suggestModels>): string[] {
  return suggestModels(...args).map(({ row }) => row.file.id);
}

test('suggests the best earner, the largest that runs well, and the next best earner', () => {
  const families = [slow, large, other, small, middle];
  const advice = advised('middle', 'small', 'large-q4', 'slow');
  expect(ids({ families, advice, roomBytes: null })).toEqual(['middle', 'large-q4', 'small']);
  expect(ids({ families: [large, small], advice: advised('large-q4', 'small'), roomBytes: null })).toEqual([
    'large-q4',
    'small',
  ]);
});

test('follows the catalogue’s order without advice', () => {
  expect(ids({ families: [other, small, large], advice: null, roomBytes: null })).toEqual([
    'other',
    'large-q4',
    'small',
  ]);
});

test('suggests slow models only if none runs well, and never ones that do not fit or are unknown', () => {
  const no = family('No', [file('no', 'no', 1e9)]);
  const unknown = family('Unknown', [file('unknown', 'unknown', 1e9)]);
  expect(ids({ families: [no, unknown, slow], advice: null, roomBytes: null })).toEqual(['slow']);
  expect(ids({ families: [no, unknown], advice: null, roomBytes: null })).toEqual([]);
});

test('leaves out models with their own or unknown licence terms', () => {
  const research = family('Research', [file('research', 'well', 1e8)], 'LicenseRef-Some-Research');
  const termless = family('Termless', [file('termless', 'well', 1e8)], null);
  expect(ids({ families: [research, termless, small], advice: null, roomBytes: null })).toEqual(['small']);
});

test('leaves out installed models, unknown sizes and files too large for the disk', () => {
  const here = family('Here', [file('here-q4', 'well', 1e8, true), file('here-q8', 'well', 2e8)]);
  const sizeless = family('Sizeless', [file('sizeless', 'well', null)]);
  expect(ids({ families: [here, sizeless, middle, large], advice: null, roomBytes: 7e8 })).toEqual(['middle']);
});
