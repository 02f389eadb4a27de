import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { ModelSlice } from '#shared/api/snapshot.ts';
import { sameName } from './sameName.ts';
import type { ModelSource } from './withModels.ts';

/**
 * The installed model with this digest (or at least its first 6 digits), name or catalogue id; null when there is none.
 */
export async function findModel(library: ModelSource, named: string): Promise<ModelSlice | null> {
  const { models } = await library.call('snapshot', {});
  const isDigest = /^[0-9a-f]{6,64}$/.test(named);
  const found = models.filter(({ digest, name }) => sameName(name, named) || (isDigest && digest.startsWith(named)));
  if (found.length > 1) throw new SwarmError('model_unknown', `Several models match "${named}". Use the digest.`);
  if (found[0] !== undefined) return found[0];
  const { families, shipped } = await library.call('models.catalogue', {});
  const rows = families.flatMap(({ family, rows: files }) =>
    files.filter(({ file }) => file.id === named || family.id === named),
  );
  const installed =
    shipped.find(({ id }) => id === named)?.digest ?? rows.find((row) => row.installed !== null)?.installed;
  return models.find(({ digest }) => digest === installed) ?? null;
}

/** The same; rejects with `model_unknown` when there is none. */
export async function requireModel(library: ModelSource, named: string): Promise<ModelSlice> {
  const model = await findModel(library, named);
  if (model === null) throw new SwarmError('model_unknown', `There is no installed model "${named}".`);
  return model;
}
