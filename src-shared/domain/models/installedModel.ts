import { z } from 'zod';
import { CatalogueEntry } from './catalogue.ts';

/**
 * A model whose file is in this machine's store. `kvBytesPerToken` is the memory cost of one token of context;
 * it is read from the file's header, like everything that a catalogue does not state.
 */
export const InstalledModel = CatalogueEntry.extend({
  /** Absolute path of the file. */
  path: z.string().min(1).max(4096),
  /** Only catalogue models may serve paid tasks of public swarms (rules 1.4). */
  inCatalogue: z.boolean(),
  architecture: z.string().max(64),
  layers: z.int().min(0),
  kvBytesPerToken: z.int().min(0),
  /** UTC milliseconds. */
  installedAt: z.int().min(0),
  /** UTC milliseconds of the last run, to the hour; the least recently used model is evicted first. */
  lastUsedAt: z.int().min(0).optional(),
  /** Also imported files, and plain HTTP sources. */
  source: z.union([z.enum(['bundled', 'imported']), z.url({ protocol: /^https?$/ })]),
});
export type InstalledModel = z.infer<typeof InstalledModel>;
