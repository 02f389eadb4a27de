import { expect, test } from 'vitest';
import { PendingChallenges, challengeLimits } from '#coordinator/members/PendingChallenges.ts';

test('a challenge is taken once, and not after a minute', () => {
  const book = new PendingChallenges<string>();
  book.put('a', 'value', 0);
  expect(book.take('a', 10)).toBe('value');
  expect(() => book.take('a', 10)).toThrow('has expired');
  book.put('b', 'value', 0);
  expect(() => book.take('b', challengeLimits.millis + 1)).toThrow('has expired');
});

test('only so many wait at once; old ones make room', () => {
  const book = new PendingChallenges<number>();
  for (let index = 0; index < challengeLimits.outstanding; index += 1) book.put(String(index), index, 0);
  expect(() => book.put('more', 1, 1)).toThrow('Too many enrolments');
  book.put('later', 1, challengeLimits.millis + 1);
  expect(book.size).toBe(1);
});
