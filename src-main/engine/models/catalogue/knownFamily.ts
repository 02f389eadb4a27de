import type { Catalogue } from '#shared/domain/models/catalogue.ts';
import type { CatalogueFamily } from '#shared/domain/models/catalogueFamily.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { isModelPath } from '#engine/models/hub/hubSizes.ts';

/** The family that a catalogue id, its own or that of one of its files, belongs to. Throws a SwarmError `model_unknown`. */
export function familyOf(id: string, { families = [] }: Catalogue): CatalogueFamily {
  const family =
    families.find((one) => one.id === id) ?? families.find(({ files }) => files.some((one) => one.id === id));
  if (family === undefined) {
    throw new SwarmError('model_unknown', `The catalogue knows no model "${id}".`, { field: 'familyId' });
  }
  return family;
}

/**
 * The family whose repository on the hub an address leads to, for files that the catalogue does not name; null when no
 * family has it, or several have.
 */
export function familyOfAddress(address: string, { families = [] }: Catalogue, hub: string): CatalogueFamily | null {
  const root = hub.replace(/\/+$/, '');
  const found = families.filter(({ files }) =>
    files.some(({ repository }) => {
      const start = `${root}/${repository}/resolve/`;
      // A revision and a path follow.
      return address.startsWith(start) && isModelPath(address.slice(start.length).replace(/^[^/]+\//, ''));
    }),
  );
  return found.length === 1 ? (found[0] ?? null) : null;
}
