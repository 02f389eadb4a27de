import { z } from 'zod';

/** An amount in micro-credits, the only unit of calculation; one credit is 1,000,000. */
export type MicroCredits = bigint;

export const microPerCredit = 1_000_000n;

/** Amounts on the wire, in the CLI and in files: credits as a decimal string, at most six decimals. */
export const CreditsText = z
  .string()
  .max(32)
  .regex(/^-?(0|[1-9]\d*)(\.\d{1,6})?$/, 'must be credits as a decimal number with at most six decimals');

/** "1.25" → 1_250_000n. Throws a RangeError when the text is not credits. */
export function parseCredits(text: string): MicroCredits {
  const match = /^(-?)(\d+)(?:\.(\d{1,6}))?$/.exec(text.trim());
  if (match === null) throw new RangeError(`Not an amount of credits: "${text.slice(0, 40)}"`);
  const [, sign, whole = '0', decimals = ''] = match;
  const micro = BigInt(whole) * microPerCredit + BigInt(decimals.padEnd(6, '0'));
  return sign === '-' ? -micro : micro;
}

/** 1_250_000n → "1.25". Exact; trailing zeros are dropped. */
export function formatCredits(micro: MicroCredits): string {
  // By far the most common amount.
  if (micro === 0n) return '0';
  const sign = micro < 0n ? '-' : '';
  const size = micro < 0n ? -micro : micro;
  const decimals = (size % microPerCredit).toString().padStart(6, '0').replace(/0+$/, '');
  return `${sign}${size / microPerCredit}${decimals === '' ? '' : `.${decimals}`}`;
}
