import type { Catalogue } from '#shared/domain/catalogue.ts';
import type { CatalogueFamily } from '#shared/domain/catalogueFamily.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';

/** The family that a catalogue id, its own or that of one of its files, belongs to. Throws a SwarmError `model_unknown`. */
export function familyOf(id: string, { families = [] }: Catalogue): CatalogueFamily {
  const family =
    families.find((one) => one.id === id) ?? families.find(({ files }) => files.some((one) => one.id === id));
  if (family === undefined) {
    throw new SwarmError('model_unknown', `The catalogue knows no model "${id}".`, { field: 'familyId' });
  }
  return family;
}
