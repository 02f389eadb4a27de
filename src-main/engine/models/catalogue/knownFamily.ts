import type { Catalogue } from '#shared/domain/models/catalogue.ts';
import type { CatalogueFamily } from '#shared/domain/models/catalogueFamily.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { isModelPath } from '#engine/models/gguf/modelFileName.ts';

/** The family with this catalogue id, or with a file of this id. Throws a SwarmError `model_unknown`. */
export function familyOf(id: string, { families = [] }: Catalogue): CatalogueFamily {
  const family =
    families.find((one) => one.id === id) ?? families.find(({ files }) => files.some((one) => one.id === id));
  if (family === undefined) {
    throw new SwarmError('model_unknown', `There is no model "${id}" in the catalogue.`, { field: 'familyId' });
  }
  return family;
}

/**
 * The family in whose hub repository an address lies, for files not in the catalogue; null when there is none or the
 * address is ambiguous.
 */
export function familyOfAddress(address: string, { families = [] }: Catalogue, hub: string): CatalogueFamily | null {
  const root = hub.replace(/\/+$/, '');
  const found = families.filter(({ files }) =>
    files.some(({ repository }) => {
      const start = `${root}/${repository}/resolve/`;
      // The rest is a revision and a path.
      return address.startsWith(start) && isModelPath(address.slice(start.length).replace(/^[^/]+\//, ''));
    }),
  );
  return found.length === 1 ? (found[0] ?? null) : null;
}
