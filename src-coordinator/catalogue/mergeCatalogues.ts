import type { Catalogue } from '#shared/domain/models/catalogue.ts';
import { completeEntries } from '#shared/domain/models/completeEntries.ts';

/** One catalogue of two: of a digest that both know, the operator's own entry counts. Pure. */
export function mergeCatalogues(own: Catalogue, installation: Catalogue): Catalogue {
  const mine = completeEntries(own);
  const digests = new Set(mine.map(({ digest }) => digest));
  return {
    version: 1,
    models: [...mine, ...completeEntries(installation).filter(({ digest }) => !digests.has(digest))],
  };
}
