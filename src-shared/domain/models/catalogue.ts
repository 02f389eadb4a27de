import { z } from 'zod';
import { CatalogueFamily } from './catalogueFamily.ts';
import { ModelDigest } from '#shared/domain/ids.ts';
import { ModelShape } from './model.ts';
import { TaskType } from '#shared/domain/tasks/taskType.ts';

/** A known model: its purpose and the identity of its file. */
export const CatalogueEntry = ModelShape.extend({
  digest: ModelDigest,
  /** Short name for the command line, and the bundled file's name without `.gguf`. */
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'must be lower-case letters, digits, dots, dashes or underscores'),
  name: z.string().min(1).max(120),
  /** One sentence for people. */
  purpose: z.string().min(1).max(400),
  types: z.array(TaskType).min(1),
  /** Programming languages it was made for; empty means any. */
  languages: z.array(z.string().max(32)).max(64),
  parameters: z.int().min(1),
  quantisation: z.string().min(1).max(16),
  sizeBytes: z.int().min(1),
  chatTemplate: z.boolean(),
  /** SPDX identifier. */
  licence: z.string().min(1).max(64),
  /**
   * Source of the file: `bundled`, a URL (with a pinned revision where the hub has one), or `imported` when a
   * coordinator's operator added it as a file, so that only its digest identifies it.
   */
  source: z.union([z.enum(['bundled', 'imported']), z.url({ protocol: /^https$/ })]),
});
export type CatalogueEntry = z.infer<typeof CatalogueEntry>;

export const Catalogue = z.object({
  version: z.literal(1),
  models: z.array(CatalogueEntry).max(2000),
  /** Downloadable models, with the source of every value; see `completeEntries`. */
  families: z.array(CatalogueFamily).max(500).optional(),
});
export type Catalogue = z.infer<typeof Catalogue>;
