import { adviceSentence } from '#shared/domain/money/adviceSentence.ts';
import type { AdviceRow, EarningAdvice } from '#shared/domain/money/earningAdvice.ts';

/** The expected earnings of a model on this machine, as fields of its `--json` line. */
export type EarningFields = Pick<AdviceRow, 'perHour' | 'perBusyHour' | 'tokensPerSecond' | 'measured' | 'limit'>;

/** The fields of a model, found by its digest if it is installed, else by its catalogue id; null while unknown. */
export function earningOf(advice: EarningAdvice, which: { digest: string } | { id: string }): EarningFields | null {
  const row = advice.rows.find((one) =>
    'digest' in which ? one.installed === which.digest : one.installed === null && one.id === which.id,
  );
  if (row === undefined) return null;
  const { perHour, perBusyHour, tokensPerSecond, measured, limit } = row;
  return { perHour, perBusyHour, tokensPerSecond, measured, limit };
}

/** Why a file is recommended, as fields of its `--json` line; null for all others. */
export function advisedFields({ best }: EarningAdvice, id: string): Omit<NonNullable<typeof best>, 'row'> | null {
  if (best?.row.id !== id) return null;
  const { extraPerHour, downloadSeconds, paybackHours } = best;
  return { extraPerHour, downloadSeconds, paybackHours };
}

/** The advice as a sentence, to print below a table. */
export function adviceLine(advice: EarningAdvice): string {
  return `\n${adviceSentence(advice)}`;
}
