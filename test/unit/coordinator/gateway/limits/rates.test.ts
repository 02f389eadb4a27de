import { expect, test } from 'vitest';
import { AccountRates } from '#coordinator/gateway/limits/AccountRates.ts';
import { TokenBucket } from '#coordinator/gateway/limits/TokenBucket.ts';

test('a bucket gives its burst at once, then its rate', () => {
  const bucket = new TokenBucket(10, 20, 0);
  const taken = (now: number) => {
    let count = 0;
    while (bucket.take(now)) count += 1;
    return count;
  };
  expect(taken(0)).toBe(20);
  expect(taken(500)).toBe(5);
  expect(taken(100_000)).toBe(20);
});

test('one account cannot use up the others, and all together have a limit', () => {
  const rates = new AccountRates({ perAccount: { perSecond: 1, burst: 2 }, total: { perSecond: 1, burst: 5 } }, 0);
  expect(['a', 'a', 'a', 'b', 'b', 'c', 'c'].map((account) => rates.take(account, 0))).toEqual([
    'ok',
    'ok',
    'account',
    'ok',
    'ok',
    'ok',
    'total',
  ]);
});
