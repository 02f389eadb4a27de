import { z } from 'zod';
import { type HubFile, mostHubFiles } from '#shared/api/models.ts';
import type { CatalogueFamily } from '#shared/domain/models/catalogueFamily.ts';
import { addressOf } from '#shared/domain/models/completeEntries.ts';
import { ModelDigest } from '#shared/domain/ids.ts';

/** One entry of a repository's list, as far as it matters here. The digest of what Git keeps elsewhere is its SHA-256. */
const Entry = z.object({
  type: z.literal('file'),
  path: z.string().max(200),
  size: z.int().min(1).max(1e13),
  lfs: z.object({ oid: ModelDigest, size: z.int().min(1).max(1e13) }).optional(),
});

/** Which list was read. */
export interface HubList {
  readonly hub: string;
  readonly repository: string;
  readonly revision: string | null;
}

const part = /-\d{5}-of-\d{5}\.gguf$/i;
const helperFile = /mmproj|imatrix/i;
const quantisationEnd = /(?:^|[._-])((?:UD-)?(?:I?Q\d(?:_[0-9A-Z]+)*|TQ\d_0|MXFP4(?:_MOE)?|BF16|FP?16|F32))$/i;

/**
 * The files of a hub's list that are a size of this model, smallest first. Whatever is not understood, has an odd name,
 * or is no model by itself is left out: the list comes from outside.
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

/** Whether a path in a repository is that of one whole model: plain letters, no way out of the repository. */
export function isModelPath(path: string): boolean {
  if (!/^[\w./-]{1,200}\.gguf$/i.test(path) || part.test(path) || helperFile.test(path)) return false;
  return path.split('/').every((name) => name !== '' && !name.startsWith('.'));
}

/** `Q4_K_M` of `some-model.q4_k_m.gguf`; null when the name ends otherwise. */
export function quantisationIn(path: string): string | null {
  const stem = path.slice(path.lastIndexOf('/') + 1).replace(/\.gguf$/i, '');
  const name = quantisationEnd.exec(stem)?.[1]?.toUpperCase().slice(0, 32) ?? null;
  return name === 'FP16' ? 'F16' : name;
}
