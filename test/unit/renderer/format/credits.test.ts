import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  briefCredits,
  creditsPerHour,
  exactCredits,
  microOf,
  plainCredits,
  readableCredits,
  signedCredits,
} from '#renderer/format/credits.ts';

const amounts = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });

describe('credits as text', () => {
  it('shows two decimals, and more for small amounts', () => {
    expect(readableCredits(0n)).toBe('0.00');
    expect(readableCredits(4_310_000n)).toBe('4.31');
    expect(readableCredits(21_000n)).toBe('0.021');
    expect(readableCredits(4_200n)).toBe('0.0042');
    expect(readableCredits(914n)).toBe('0.00091');
    expect(readableCredits(7n)).toBe('0.000007');
    expect(readableCredits(1_234_567_890_000n)).toBe('1,234,567.89');
    expect(readableCredits(-174_000n)).toBe('−0.174');
  });

  it('drops trailing zeros in running text, but keeps two decimals', () => {
    expect(briefCredits(80_000n)).toBe('0.08');
    expect(briefCredits(100_000n)).toBe('0.10');
    expect(briefCredits(4_000n)).toBe('0.004');
    expect(briefCredits(81_000n)).toBe('0.081');
  });

  it('shows an explicit sign for changes', () => {
    expect(signedCredits(288_000n)).toBe('+0.288');
    expect(signedCredits(-288_000n)).toBe('−0.288');
    expect(signedCredits(0n)).toBe('0.00');
  });

  it('parses an invalid amount as zero', () => {
    expect(microOf('abc')).toBe(0n);
    expect(microOf(null)).toBe(0n);
    expect(microOf('1.25')).toBe(1_250_000n);
  });

  it('never rounds in the ledger', () => {
    fc.assert(
      fc.property(amounts, (micro) => {
        const text = exactCredits(micro).replace('−', '-').replaceAll(',', '');
        expect(microOf(text)).toBe(micro);
        expect(text).toMatch(/\.\d{6}$/);
      }),
    );
  });

  it('writes files in the wire format', () => {
    fc.assert(
      fc.property(amounts, (micro) => {
        expect(microOf(plainCredits(micro))).toBe(micro);
      }),
    );
  });

  it('never shows a non-zero amount as zero', () => {
    fc.assert(
      fc.property(amounts, (micro) => {
        expect(/[1-9]/.test(readableCredits(micro))).toBe(micro !== 0n);
      }),
    );
  });
});

it('states an hourly rate only once there is enough work to tell', () => {
  expect(creditsPerHour(500_000n, 1_800_000)).toBe(1_000_000n);
  expect(creditsPerHour(500_000n, 10_000)).toBe(180_000_000n);
  expect(creditsPerHour(500_000n, 9_999)).toBeNull();
  expect(creditsPerHour(0n, 0)).toBeNull();
});
