import { Facts } from '#renderer/components/layout/Facts.tsx';
import { verdictFacts } from './verdictFacts.ts';
import type { FitVerdict } from '#shared/domain/models/fitVerdict.ts';

/** What a verdict rests on, line by line. */
export function FitFacts({ verdict }: { readonly verdict: FitVerdict }) {
  return <Facts facts={verdictFacts(verdict)} />;
}
