import { describe, expect, test } from 'vitest';
import { bestFile, familiesOf, fitsHere, shippedOf } from '#renderer/features/models/catalogue/catalogueChoice.ts';
import { catalogueFamily as family, catalogueRow as file } from '#test/helpers/catalogueRows.ts';

describe('the file that represents a family', () => {
  test('is the largest that runs well', () => {
    const rows = [file('small', 'well', 1), file('large', 'well', 2), file('huge', 'slow', 3)];
    expect(bestFile(rows)?.file.id).toBe('large');
  });

  test('is the smallest if none runs well', () => {
    expect(bestFile([file('b', 'no', 9), file('a', 'no', 5)])?.file.id).toBe('a');
    expect(bestFile([file('b', 'no', 5), file('a', 'slow', 9)])?.file.id).toBe('a');
  });

  test('is an installed one, even if another fits better', () => {
    expect(bestFile([file('b', 'well', 9), file('a', 'slow', 5, true)])?.file.id).toBe('a');
  });
});

describe('shelves', () => {
  const fits = family('Fits', ['chat'], [file('f', 'slow', 1), file('g', 'no', 2)]);
  const well = family('Well', ['code_completion'], [file('w', 'well', 1)]);
  const no = family('Giant', ['chat', 'test_generation'], [file('n', 'no', 1)]);
  const unknown = family('Mystery', ['debugging'], [file('u', 'unknown', null)]);
  const all = [no, unknown, fits, well];

  test('"Fits here" lists only models known to run, best first', () => {
    expect(familiesOf(all, 'fits', '')).toEqual([well, fits]);
    expect([fits, well, no, unknown].map(fitsHere)).toEqual([true, true, false, false]);
  });

  test('filter by task type', () => {
    expect(familiesOf(all, 'chat', '')).toEqual([fits, no]);
    expect(familiesOf(all, 'review', '')).toEqual([unknown]);
    expect(familiesOf(all, 'all', '')).toHaveLength(4);
  });

  test('match every search word, including names from the papers', () => {
    expect(familiesOf(all, 'all', 'GIANT rust')).toEqual([no]);
    expect(familiesOf(all, 'all', 'paper-1')).toHaveLength(4);
    expect(familiesOf(all, 'all', 'giant python')).toEqual([]);
  });
});

test('shipped models are listed unless installed', () => {
  const { verdict } = file('s', 'well', 1);
  const starter = {
    id: 'starter',
    name: 'Starter JS',
    purpose: 'Continues code',
    types: ['code_completion' as const],
    languages: ['javascript'],
    quantisation: 'Q8_0',
    sizeBytes: 6e6,
    digest: 'a'.repeat(64),
    licence: 'MIT',
    installed: false,
    verdict,
  };
  const tight = { ...starter, verdict: { ...verdict, fit: 'no' as const } };
  expect(shippedOf([starter, tight], 'fits', '')).toEqual([starter]);
  expect(shippedOf([{ ...starter, installed: true }], 'all', '')).toEqual([]);
  expect(shippedOf([starter], 'write', '')).toEqual([starter]);
  expect(shippedOf([starter], 'chat', '')).toEqual([]);
  expect(shippedOf([starter], 'all', 'js starter')).toEqual([starter]);
  expect(shippedOf([starter], 'all', 'rust')).toEqual([]);
});
