import { z } from 'zod';

/**
 * How tokens are drawn. Min-p only: candidates stay in id order, so a verifier can rebuild the seeded draw (trust 0).
 */
export const Sampler = z.object({
  mode: z.enum(['sampled', 'greedy']),
  temperature: z.number().min(0).max(2),
  minP: z.literal(0.05),
  maxTokens: z.int().min(1).max(32_768),
  /** Token sequences that end the answer. */
  stop: z.array(z.array(z.int().min(0)).min(1).max(32)).max(8),
});
export type Sampler = z.infer<typeof Sampler>;

/** Seeds are 0 … 2^32 − 2: the library takes 2^32 − 1 for "random". */
export const Seed = z.int().min(0).max(4_294_967_294);
