import { fc } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { CreditsText, formatCredits, microPerCredit, parseCredits } from '#shared/domain/money/credits.ts';

describe('credits', () => {
  it('survive a round trip through text', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), (micro) => {
        const text = formatCredits(micro);
        expect(parseCredits(text)).toBe(micro);
        expect(CreditsText.safeParse(text).success).toBe(true);
      }),
    );
  });

  it('are exact where doubles are not', () => {
    expect(parseCredits('0.1') + parseCredits('0.2')).toBe(parseCredits('0.3'));
    expect(formatCredits(2n ** 70n)).toBe('1180591620717411.303424');
    expect(formatCredits(-5n)).toBe('-0.000005');
    expect(formatCredits(3n * microPerCredit)).toBe('3');
  });

  it.each(['', '1,5', '1e3', '0.0000001', 'NaN', '--1', '1.', '0x1'])('refuses %j', (text) => {
    expect(() => parseCredits(text)).toThrow(RangeError);
  });
});
