import { formatCredits, microPerCredit, parseCredits, type MicroCredits } from '#shared/domain/money/credits.ts';

const minus = '−';

/** Parses an amount from the engine; an invalid one counts as zero, so that one bad row never breaks a page. */
export function microOf(text: string | null | undefined): MicroCredits {
  if (text === null || text === undefined) return 0n;
  try {
    return parseCredits(text);
  } catch {
    return 0n;
  }
}

/** An amount for display: two decimals, more for small amounts, so that none reads as zero. */
export function readableCredits(micro: MicroCredits): string {
  const size = micro < 0n ? -micro : micro;
  const sign = micro < 0n ? minus : '';
  if (size === 0n) return '0.00';
  return `${sign}${rounded(size, decimalsFor(size))}`;
}

/** The same without trailing zeros, for running text: "0.08". */
export function briefCredits(micro: MicroCredits): string {
  return readableCredits(micro).replace(/(\.\d\d\d*?)0+$/, '$1');
}

/** The same with an explicit sign: "+0.021", "−0.174". */
export function signedCredits(micro: MicroCredits): string {
  return micro > 0n ? `+${readableCredits(micro)}` : readableCredits(micro);
}

/** All six decimals, for the ledger: columns line up and nothing is rounded. */
export function exactCredits(micro: MicroCredits, withSign = false): string {
  const size = micro < 0n ? -micro : micro;
  const sign = micro < 0n ? minus : withSign && micro > 0n ? '+' : '';
  return `${sign}${grouped(size / microPerCredit)}.${(size % microPerCredit).toString().padStart(6, '0')}`;
}

/** Plain decimal text as on the wire, for CSV. */
export function plainCredits(micro: MicroCredits): string {
  return formatCredits(micro);
}

/** Credits as a number, for charts only. */
export function creditsForChart(micro: MicroCredits): number {
  return Number(micro) / Number(microPerCredit);
}

/** Below this much work an hourly rate would say nothing. */
const leastWorkMs = 10_000;

/** Credits per hour of work; null while there was too little of it to tell. */
export function creditsPerHour(earned: MicroCredits, workedMs: number): MicroCredits | null {
  return workedMs < leastWorkMs ? null : (earned * 3_600_000n) / BigInt(Math.round(workedMs));
}

function decimalsFor(size: MicroCredits): number {
  if (size >= microPerCredit) return 2;
  if (size >= 10_000n) return 3;
  if (size >= 1_000n) return 4;
  if (size >= 100n) return 5;
  return 6;
}

function rounded(size: MicroCredits, decimals: number): string {
  const step = 10n ** BigInt(6 - decimals);
  const steps = (size + step / 2n) / step;
  const perCredit = 10n ** BigInt(decimals);
  return `${grouped(steps / perCredit)}.${(steps % perCredit).toString().padStart(decimals, '0')}`;
}

function grouped(whole: bigint): string {
  return whole.toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}
