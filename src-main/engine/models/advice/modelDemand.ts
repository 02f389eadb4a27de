import { type Market, wantedTokens } from '#shared/domain/money/earningAdvice.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';

export interface DemandFacts {
  readonly market: Market;
  /** Digests of the models that the joined swarm pays for; null while unknown. */
  readonly admitted: ReadonlySet<string> | null;
  readonly installed: readonly InstalledModel[];
}

/** Expected demand of the swarm for a model on this machine, in tokens per hour; 0 while unknown. */
export function modelDemand(model: InstalledModel, { market, admitted, installed }: DemandFacts): number {
  if (admitted?.has(model.digest) === false) return 0;
  return wantedTokens(model, market, new Set(installed.flatMap(({ types }) => types)));
}
