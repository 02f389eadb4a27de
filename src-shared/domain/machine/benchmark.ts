import { z } from 'zod';
import { ModelDigest } from '#shared/domain/ids.ts';
import { finding } from './hardware.ts';
import { SizeClass } from '#shared/domain/money/prices.ts';

/** `quick`: under ten seconds, for the first start. `full`: under a minute, every installed model. */
export const BenchmarkSet = z.enum(['quick', 'full']);
export type BenchmarkSet = z.infer<typeof BenchmarkSet>;

const positive = z.number().min(0);

/** How far repetitions lay apart: (fastest − slowest) / median, 0 for a single one. 0.05 is five percent. */
export const Spread = z.number().min(0);

/** Reading main memory with all cores that help. */
export const MemorySpeed = z.object({
  /** 10^9 bytes a second. */
  gigabytesPerSecond: positive,
  /** Programs that read at once. */
  readers: z.int().min(1),
  spread: Spread,
});
export type MemorySpeed = z.infer<typeof MemorySpeed>;

/** The volume of the data folder; 10^6 bytes a second. */
export const DiskSpeed = z.object({
  /** Until it lies safely on the disk. */
  writeMBs: positive,
  readMBs: positive,
  /** True: the system could not be made to read from the disk, so `readMBs` is the speed of its memory. */
  readFromCache: z.boolean(),
  spread: Spread,
});
export type DiskSpeed = z.infer<typeof DiskSpeed>;

/** The way to the coordinator, over the connection that is open anyway. */
export const LinkSpeed = z.object({
  roundTripMs: positive,
  /** 10^6 bits a second; null when the coordinator does not know how to measure it. */
  upMbits: positive.nullable(),
  downMbits: positive.nullable(),
  spread: Spread,
});
export type LinkSpeed = z.infer<typeof LinkSpeed>;

/** Writing so many answers at once. */
export const DecodeSpeed = z.object({
  sequences: z.int().min(1),
  /** Of all answers together. */
  tokensPerSecond: positive,
  threads: z.int().min(1),
  spread: Spread,
});
export type DecodeSpeed = z.infer<typeof DecodeSpeed>;

/** What one model can do on this machine. */
export const ModelSpeed = z.object({
  digest: ModelDigest,
  name: z.string().max(120),
  sizeClass: SizeClass,
  sizeBytes: z.int().min(0),
  /** Threads that are best for writing one answer, and for reading prompts. */
  threads: z.int().min(1),
  prefillThreads: z.int().min(1),
  /** Answers at once that this machine offers, chosen from `decode`. */
  slots: z.int().min(1),
  prefillTokensPerSecond: positive,
  prefillSpread: Spread,
  /** Ascending by sequences; the first row is one answer alone. */
  decode: z.array(DecodeSpeed).min(1).max(16),
  /** The largest spread of all of these. */
  spread: Spread,
});
export type ModelSpeed = z.infer<typeof ModelSpeed>;

/** What the machine did beside the benchmark when it began. */
export const MachineLoad = z.object({
  /** Percent of all processors that other programs used; null when the system does not tell. */
  otherPercent: z.number().min(0).max(100).nullable(),
  /** So much that the numbers say little about the machine; results are shown with this label. */
  isBusy: z.boolean(),
});
export type MachineLoad = z.infer<typeof MachineLoad>;

/** One whole run, as it is stored. */
export const BenchmarkReport = z.object({
  /** UTC ms of its beginning. */
  at: z.int().min(0),
  set: BenchmarkSet,
  tookMs: positive,
  load: MachineLoad,
  memory: finding(MemorySpeed),
  disk: finding(DiskSpeed),
  link: finding(LinkSpeed),
  models: z.array(ModelSpeed).max(64),
  /** Installed models without numbers, and why. */
  skipped: z
    .array(z.object({ digest: ModelDigest, name: z.string().max(120), reason: z.string().min(1).max(500) }))
    .max(64),
});
export type BenchmarkReport = z.infer<typeof BenchmarkReport>;
