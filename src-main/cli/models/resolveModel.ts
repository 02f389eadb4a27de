import { SwarmError } from '#shared/domain/errorCodes.ts';
import { ModelDigest } from '#shared/domain/ids.ts';
import { sameName } from './sameName.ts';
import type { LocalEngineClient } from '#main/localClient/LocalEngineClient.ts';

/**
 * The digest of a model given by its digest, the first 6 or more digits of it, or its name. Rejects with
 * `model_unknown`.
 */
export async function resolveModel(client: LocalEngineClient, named: string): Promise<ModelDigest> {
  const whole = ModelDigest.safeParse(named);
  if (whole.success) return whole.data;
  const { models } = await client.call('snapshot', {});
  const found = models.filter(
    (model) => sameName(model.name, named) || (/^[0-9a-f]{6,63}$/.test(named) && model.digest.startsWith(named)),
  );
  const [only] = found;
  if (only === undefined || found.length > 1) {
    throw new SwarmError('model_unknown', `There is not exactly one installed model "${named}".`, { field: 'model' });
  }
  return only.digest;
}
