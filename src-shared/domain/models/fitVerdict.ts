import { z } from 'zod';

/** `unknown`: the file's header has not been read yet. */
export const Fit = z.enum(['well', 'slow', 'no', 'unknown']);
export type Fit = z.infer<typeof Fit>;

/** Whether a model fits a machine at a certain context and number of slots, and why. */
export const FitVerdict = z.object({
  fit: Fit,
  /** For people, e.g. "Runs well: 3.1 of 16 GB, about 24 tokens per second." */
  sentence: z.string().max(300),
  /** Memory of the worker process at its peak; null while unknown. */
  needBytes: z.number().min(0).nullable(),
  /** Memory available to models now; null while unknown. */
  availableBytes: z.number().min(0).nullable(),
  /** Context per sequence in tokens, and parallel sequences, that the verdict assumes. */
  contextSize: z.int().min(0),
  slots: z.int().min(0),
  /** The part on a graphics card, in layers and bytes; absent when everything stays on the processor. */
  graphics: z.object({ layers: z.int().min(1), ofLayers: z.int().min(1), needBytes: z.number().min(0) }).optional(),
  /** Of one stream; null before the first measurement on this machine. */
  tokensPerSecond: z.number().min(0).nullable(),
  /**
   * Error of the estimate against actual loads on this machine in percent, positive when it was too high; null before the
   * first load.
   */
  estimateErrorPercent: z.number().nullable(),
});
export type FitVerdict = z.infer<typeof FitVerdict>;
