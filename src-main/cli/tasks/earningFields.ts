import { adviceSentence } from '#shared/domain/money/adviceSentence.ts';
import type { AdviceRow, EarningAdvice } from '#shared/domain/money/earningAdvice.ts';

/** What a model would earn here, as fields of its line; null while nothing is known. */
export type EarningFields = Pick<AdviceRow, 'perHour' | 'perBusyHour' | 'tokensPerSecond' | 'measured' | 'limit'>;

/** The fields of one model: an installed one by its digest, another by its catalogue id. */
export function earningOf(advice: EarningAdvice, which: { digest: string } | { id: string }): EarningFields | null {
  const row = advice.rows.find((one) =>
    'digest' in which ? one.installed === which.digest : one.installed === null && one.id === which.id,
  );
  if (row === undefined) return null;
  const { perHour, perBusyHour, tokensPerSecond, measured, limit } = row;
  return { perHour, perBusyHour, tokensPerSecond, measured, limit };
}

/** Why a file is advised, as fields of its line; null for all others. */
export function advisedFields({ best }: EarningAdvice, id: string): Omit<NonNullable<typeof best>, 'row'> | null {
  if (best?.row.id !== id) return null;
  const { extraPerHour, downloadSeconds, paybackHours } = best;
  return { extraPerHour, downloadSeconds, paybackHours };
}

/** For people, below the table. */
export function adviceLine(advice: EarningAdvice): string {
  return `\n${adviceSentence(advice)}`;
}
