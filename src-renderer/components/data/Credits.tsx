import { exactCredits, readableCredits, signedCredits } from '#renderer/format/credits.ts';
import type { MicroCredits } from '#shared/domain/money/credits.ts';

interface CreditsProps {
  readonly amount: MicroCredits;
  readonly signed?: boolean;
}

/** An amount for reading, with the exact one on hover. */
export function Credits({ amount, signed = false }: CreditsProps) {
  return (
    <span className="number" title={`${exactCredits(amount)} credits`}>
      {signed ? signedCredits(amount) : readableCredits(amount)}
    </span>
  );
}
