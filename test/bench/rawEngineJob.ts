import { z } from 'zod';

/** What the raw engine is asked to do. */
export const RawEngineJob = z.object({
  modelPath: z.string(),
  promptText: z.string(),
  maxTokens: z.int().min(2),
  /** Answers at once. */
  streams: z.int().min(1),
  /** Sequences of the context; at least as many as streams. */
  sequences: z.int().min(1),
  contextSize: z.int().min(16),
  decodeThreads: z.int().min(1),
  prefillThreads: z.int().min(1),
  /** Rounds that count, after one that does not. */
  rounds: z.int().min(1),
  seed: z.int().min(0),
});
export type RawEngineJob = z.infer<typeof RawEngineJob>;

/** One round: milliseconds to the first token of any stream, and all streams' tokens per second after it. */
export const RawEngineRun = z.object({ firstTokenMs: z.number(), tokensPerSecond: z.number(), tokens: z.int() });
export type RawEngineRun = z.infer<typeof RawEngineRun>;

export const RawEngineReport = z.object({ promptTokens: z.int(), runs: z.array(RawEngineRun) });
export type RawEngineReport = z.infer<typeof RawEngineReport>;
