import type { InstalledModel } from '#shared/domain/models/installedModel.ts';

/** Dependencies of eviction. */
export interface DiskUsage {
  readonly models: readonly InstalledModel[];
  /** Size of other unfinished downloads, in bytes. */
  readonly partialBytes: number;
  /** The owner's limit on disk space for models, in bytes; null: none. */
  readonly budgetBytes: number | null;
  /** Digests of the models that are working. */
  readonly inUse: ReadonlySet<string>;
}

/**
 * The models to delete so that `bytes` more fit the budget, least recently used first; null when they cannot fit.
 * Models in use are kept, as are those that ship with the app, since they would be reinstalled.
 */
export function modelsToEvict(bytes: number, { models, partialBytes, budgetBytes, inUse }: DiskUsage): string[] | null {
  if (budgetBytes === null) return [];
  const used = models.reduce((sum, model) => sum + model.sizeBytes, 0) + partialBytes;
  let excess = used + bytes - budgetBytes;
  const evicted: string[] = [];
  const candidates = models.filter(({ digest, source }) => source !== 'bundled' && !inUse.has(digest));
  for (const { digest, sizeBytes } of candidates.toSorted((one, other) => lastUse(one) - lastUse(other))) {
    if (excess <= 0) break;
    evicted.push(digest);
    excess -= sizeBytes;
  }
  return excess > 0 ? null : evicted;
}

function lastUse({ lastUsedAt, installedAt }: InstalledModel): number {
  return Math.max(lastUsedAt ?? 0, installedAt);
}
