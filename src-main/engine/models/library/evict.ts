import type { InstalledModel } from '#shared/domain/models/installedModel.ts';

/** What must be known to make room in the store. */
export interface StoreState {
  readonly models: readonly InstalledModel[];
  /** Bytes of other unfinished downloads. */
  readonly partialBytes: number;
  /** Disk space for models; null: as much as there is. */
  readonly budgetBytes: number | null;
  /** Models that work right now. */
  readonly inUse: ReadonlySet<string>;
}

/**
 * The models to delete so that `bytes` more fit the budget, least recently used first; null when they never fit. What is
 * in use stays, and so does what ships with the app: it would only come back.
 */
export function modelsToEvict(
  bytes: number,
  { models, partialBytes, budgetBytes, inUse }: StoreState,
): string[] | null {
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
