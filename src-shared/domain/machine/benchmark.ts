import { z } from 'zod';
import { ModelDigest } from '#shared/domain/ids.ts';
import { finding } from './hardware.ts';
import { SizeClass } from '#shared/domain/money/prices.ts';

/** `quick`: under ten seconds, for the first start. `full`: under a minute, every installed model. */
export const BenchmarkSet = z.enum(['quick', 'full']);
export type BenchmarkSet = z.infer<typeof BenchmarkSet>;

const positive = z.number().min(0);

/** Relative spread of repetitions: (fastest − slowest) / median; 0 for a single one. 0.05 is five percent. */
export const Spread = z.number().min(0);

/** Read bandwidth of main memory with as many cores as help. */
export const MemorySpeed = z.object({
  /** 10^9 bytes a second. */
  gigabytesPerSecond: positive,
  /** Parallel readers. */
  readers: z.int().min(1),
  spread: Spread,
});
export type MemorySpeed = z.infer<typeof MemorySpeed>;

/** The volume of the data folder; 10^6 bytes a second. */
export const DiskSpeed = z.object({
  /** Including the sync to disk. */
  writeMBs: positive,
  readMBs: positive,
  /** True when the page cache could not be bypassed, so `readMBs` is its speed and not the disk's. */
  readFromCache: z.boolean(),
  spread: Spread,
});
export type DiskSpeed = z.infer<typeof DiskSpeed>;

/** The link to the coordinator, measured over the existing connection. */
export const LinkSpeed = z.object({
  roundTripMs: positive,
  /** 10^6 bits a second; null when the coordinator does not support the measurement. */
  upMbits: positive.nullable(),
  downMbits: positive.nullable(),
  spread: Spread,
});
export type LinkSpeed = z.infer<typeof LinkSpeed>;

/** Generation speed at a number of parallel answers. */
export const DecodeSpeed = z.object({
  sequences: z.int().min(1),
  /** Of all answers together. */
  tokensPerSecond: positive,
  threads: z.int().min(1),
  spread: Spread,
});
export type DecodeSpeed = z.infer<typeof DecodeSpeed>;

/** Speed of one model on this machine. */
export const ModelSpeed = z.object({
  digest: ModelDigest,
  name: z.string().max(120),
  sizeClass: SizeClass,
  sizeBytes: z.int().min(0),
  /** Fastest thread counts for generation, and for reading prompts. */
  threads: z.int().min(1),
  prefillThreads: z.int().min(1),
  /** Parallel answers that this machine offers, chosen from `decode`. */
  slots: z.int().min(1),
  prefillTokensPerSecond: positive,
  prefillSpread: Spread,
  /** Ascending by sequences; the first row is one answer alone. */
  decode: z.array(DecodeSpeed).min(1).max(16),
  /** The largest spread of all measurements. */
  spread: Spread,
});
export type ModelSpeed = z.infer<typeof ModelSpeed>;

/** Other load on the machine when the benchmark started. */
export const MachineLoad = z.object({
  /** Percent of all processors that other programs used; null when the system does not report it. */
  otherPercent: z.number().min(0).max(100).nullable(),
  /** Too much for reliable results; they are labelled with it. */
  isBusy: z.boolean(),
});
export type MachineLoad = z.infer<typeof MachineLoad>;

/** A complete run, as stored. */
export const BenchmarkReport = z.object({
  /** Start, UTC ms. */
  at: z.int().min(0),
  set: BenchmarkSet,
  tookMs: positive,
  load: MachineLoad,
  memory: finding(MemorySpeed),
  disk: finding(DiskSpeed),
  link: finding(LinkSpeed),
  models: z.array(ModelSpeed).max(64),
  /** Installed models that were not measured, with the reason. */
  skipped: z
    .array(z.object({ digest: ModelDigest, name: z.string().max(120), reason: z.string().min(1).max(500) }))
    .max(64),
});
export type BenchmarkReport = z.infer<typeof BenchmarkReport>;
