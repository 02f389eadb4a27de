import { expect, test } from 'vitest';
import { verdictFacts } from '#renderer/features/models/fit/FitFacts.tsx';
import { catalogueRow } from '#test/helpers/catalogueRows.ts';

const { verdict } = catalogueRow('a', 'unknown', null);
const known = { ...verdict, fit: 'well' as const, needBytes: 2e9, contextSize: 8192, slots: 2 };
const of = (change: Partial<typeof known> = {}) => new Map(verdictFacts({ ...known, ...change }));

test('show what the memory is sized for, unless unknown', () => {
  expect(of().get('Sized for')).toBe('8,192 tokens of context, 2 tasks at a time');
  const unknown = new Map(verdictFacts({ ...verdict, contextSize: 0, slots: 0 }));
  expect(unknown.get('Memory needed')).toBe('unknown');
  expect(unknown.has('Sized for')).toBe(false);
});

test('show the direction of the estimation error', () => {
  const name = 'Error of past estimates';
  expect(of({ estimateErrorPercent: 4.2 }).get(name)).toBe('4.2 % too high');
  expect(of({ estimateErrorPercent: -12 }).get(name)).toMatch(/^12(\.0)? % too low$/);
  expect(of({ estimateErrorPercent: 0 }).get(name)).toBe('none');
  expect(of().get(name)).toBe('no data yet');
});
