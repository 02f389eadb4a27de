import { z } from 'zod';
import { type HubFile, mostHubFiles } from '#shared/api/models.ts';
import type { CatalogueFamily } from '#shared/domain/models/catalogueFamily.ts';
import { addressOf } from '#shared/domain/models/completeEntries.ts';
import { ModelDigest } from '#shared/domain/ids.ts';
import { isModelPath, quantisationIn } from '#engine/models/gguf/modelFileName.ts';

/** An entry of a repository's list. Git LFS identifies a file by its SHA-256. */
const Entry = z.object({
  type: z.literal('file'),
  path: z.string().max(200),
  size: z.int().min(1).max(1e13),
  lfs: z.object({ oid: ModelDigest, size: z.int().min(1).max(1e13) }).optional(),
});

/** The list that was read. */
export interface HubList {
  readonly hub: string;
  readonly repository: string;
  readonly revision: string | null;
}

/**
 * The complete model files in a hub's list, smallest first. The list is untrusted: malformed entries and unusual names
 * are skipped, as are parts of models and helper files.
 */
export function hubSizes(entries: readonly unknown[], family: CatalogueFamily, list: HubList): HubFile[] {
  const { hub, repository, revision } = list;
  const files = new Map<string, HubFile>();
  for (const entry of entries) {
    const { success, data } = Entry.safeParse(entry);
    if (!success || !isModelPath(data.path)) continue;
    const { path, lfs } = data;
    files.set(path, {
      path,
      quantisation: quantisationIn(path),
      sizeBytes: lfs?.size ?? data.size,
      digest: lfs?.oid ?? null,
      revision,
      known: family.files.some((file) => file.repository === repository && file.path === path),
      address: addressOf(hub, { repository, path, revision }),
    });
  }
  return [...files.values()].toSorted((one, other) => one.sizeBytes - other.sizeBytes).slice(0, mostHubFiles);
}
