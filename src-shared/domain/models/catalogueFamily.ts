import { z } from 'zod';
import { ModelDigest } from '#shared/domain/ids.ts';
import { TaskType } from '#shared/domain/tasks/taskType.ts';

/** URL that a value was read from. */
const Address = z.url({ protocol: /^https$/ }).max(500);

const Id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,79}$/, 'must be lower-case letters, digits, dots, dashes or underscores');

/** A revision of a hub repository: the hash of a commit. */
const Revision = z.string().regex(/^[0-9a-f]{40}$/, 'must be the hash of a commit');

/** Facts of a file with an external source; all others are our own. */
export const fileFacts = ['repository', 'path', 'revision', 'sizeBytes', 'digest'] as const;

/** Facts of a family with an external source. */
export const familyFacts = [
  'publishedAs',
  'licence',
  'parameters',
  'contextSize',
  'vocabSize',
  'eogIds',
  'chatTemplate',
  'architecture',
  'layers',
  'kvHeads',
  'headSize',
] as const;

/**
 * One file that can be downloaded. What could not be read is null; it is learnt at the first download from the hub's
 * own metadata (digest, size, revision) and from the file's header.
 */
export const CatalogueFile = z.object({
  /** As in `open-swarm models pull <id>`. */
  id: Id,
  quantisation: z.string().min(1).max(16),
  /** `owner/name` on the hub. */
  repository: z.string().regex(/^[\w.-]{1,96}\/[\w.-]{1,96}$/, 'must be owner/name'),
  path: z.string().regex(/^[\w./-]{1,200}\.gguf$/, 'must be a path to a .gguf file'),
  revision: Revision.nullable(),
  sizeBytes: z.int().min(1).nullable(),
  digest: ModelDigest.nullable(),
  /** Source of each value above that is not null. */
  from: z.partialRecord(z.enum(fileFacts), Address),
});
export type CatalogueFile = z.infer<typeof CatalogueFile>;

/** A name from the papers that this family answers to. */
const PaperName = z.object({
  name: z.string().min(1).max(80),
  /** False when no model of that name was published; `note` states why this family replaces it. */
  exists: z.boolean(),
  note: z.string().min(1).max(300),
});

/** A published model in one or more quantisations. */
export const CatalogueFamily = z.object({
  id: Id,
  /** Display name. */
  name: z.string().min(1).max(120),
  /** One sentence of ours about what it is good for. */
  purpose: z.string().min(1).max(400),
  types: z.array(TaskType).min(1),
  /** Programming languages it was made for; empty means any. */
  languages: z.array(z.string().max(32)).max(64),
  paperNames: z.array(PaperName).max(16),
  /** `owner/name` of the original weights on the hub. */
  publishedAs: z.string().max(200).nullable(),
  /** SPDX identifier, or the licence's own name. */
  licence: z.string().min(1).max(64).nullable(),
  parameters: z.int().min(1).nullable(),
  contextSize: z.int().min(16).max(4_194_304).nullable(),
  vocabSize: z.int().min(1).max(2_000_000).nullable(),
  eogIds: z.array(z.int().min(0)).min(1).max(64).nullable(),
  /** Whether the model has a chat template. */
  chatTemplate: z.boolean().nullable(),
  architecture: z.string().max(64).nullable(),
  layers: z.int().min(1).nullable(),
  kvHeads: z.int().min(1).nullable(),
  headSize: z.int().min(1).nullable(),
  from: z.partialRecord(z.enum(familyFacts), Address),
  files: z.array(CatalogueFile).min(1).max(16),
});
export type CatalogueFamily = z.infer<typeof CatalogueFamily>;
