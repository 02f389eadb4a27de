import { type Market, wantedTokens } from '#shared/domain/money/earningAdvice.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';

export interface DemandFacts {
  readonly market: Market;
  /** Digests of the models that the joined swarm pays; null while it does not tell. */
  readonly admitted: ReadonlySet<string> | null;
  readonly installed: readonly InstalledModel[];
}

/** Tokens an hour that the swarm would ask of a model on this machine; 0 while nothing is known. */
export function modelDemand(model: InstalledModel, { market, admitted, installed }: DemandFacts): number {
  if (admitted?.has(model.digest) === false) return 0;
  return wantedTokens(model, market, new Set(installed.flatMap(({ types }) => types)));
}
