import { z } from 'zod';
import { ModelDigest } from '#shared/domain/ids.ts';
import { SizeClass } from '#shared/domain/money/prices.ts';
import { TaskType } from '#shared/domain/tasks/taskType.ts';

/** The facts about a model that the coordinator needs to check answers without a tokenizer (rules 4.8). */
export const ModelShape = z.object({
  vocabSize: z.int().min(1).max(2_000_000),
  eogIds: z.array(z.int().min(0)).min(1).max(64),
  /** Tokens of prompt and answer together. */
  contextSize: z.int().min(16).max(4_194_304),
  sizeClass: SizeClass,
});
export type ModelShape = z.infer<typeof ModelShape>;

/** A model as a node offers it to a swarm. */
export const OfferedModel = z.object({
  digest: ModelDigest,
  name: z.string().min(1).max(120),
  types: z.array(TaskType).min(1),
  /** Empty means any language. */
  languages: z.array(z.string().max(32)).max(64),
  /** Concurrent tasks on this node. */
  slots: z.int().min(1).max(256),
  /** Measured tokens per second of one stream; null before the first run. */
  tokensPerSecond: z.number().min(0).max(1e6).nullable(),
  /** Trusted in private swarms only; public swarms use the catalogue's. */
  shape: ModelShape,
});
export type OfferedModel = z.infer<typeof OfferedModel>;
