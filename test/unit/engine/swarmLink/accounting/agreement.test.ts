import { describe, expect, test } from 'vitest';
import { agreementOf } from '#engine/swarmLink/accounting/agreement.ts';

const zero = { pending: '0', escrow: '0', stake: '0', granted: '0', earned: '0', spent: '0', withdrawn: '0' };
const sums = { available: 5_000_000n, escrow: 0n, stake: 0n, pending: 0n, entries: 2, invalidReceipts: 0 };

describe('agreementOf', () => {
  test('agrees when the fold of the entries is the balance', () => {
    expect(agreementOf({ balance: '5', ...zero }, sums, 0n)).toEqual({ agrees: true, difference: '0' });
  });

  test('names the exact difference, to the micro-credit', () => {
    expect(agreementOf({ balance: '4.999999', ...zero }, sums, 0n)).toEqual({ agrees: false, difference: '-0.000001' });
    expect(agreementOf({ balance: '5', ...zero }, sums, 20n)).toEqual({ agrees: false, difference: '-0.00002' });
  });

  test('parts that only cancel out do not agree', () => {
    const moved = { ...zero, balance: '4', escrow: '1' };
    expect(agreementOf(moved, sums, 0n).agrees).toBe(false);
  });

  test('a receipt that does not fit is never agreement', () => {
    expect(agreementOf({ balance: '5', ...zero }, { ...sums, invalidReceipts: 1 }, 0n).agrees).toBe(false);
  });
});
