import { z } from 'zod';
import { CatalogueEntry } from './catalogue.ts';

/**
 * A model whose file lies in the store of this machine. `kvBytesPerToken` is what one token of context costs in memory;
 * it comes from the file's header, like everything that a catalogue does not say.
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
  /** UTC milliseconds of the last run, to the hour; what was not used for longest makes room first. */
  lastUsedAt: z.int().min(0).optional(),
  /** Also files that somebody brought along, and addresses in the own network. */
  source: z.union([z.enum(['bundled', 'imported']), z.url({ protocol: /^https?$/ })]),
});
export type InstalledModel = z.infer<typeof InstalledModel>;
