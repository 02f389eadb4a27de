import { z } from 'zod';

/** Something that was looked up: its value, or why it is not known. Nothing is ever guessed. */
export type Finding<T> =
  | { readonly value: T; readonly reason: null }
  | { readonly value: null; readonly reason: string };

const missing = z.object({ value: z.null(), reason: z.string().min(1).max(500) });

function finding<T extends z.ZodType>(value: T) {
  return z.union([z.object({ value, reason: z.null() }), missing]);
}

const name = z.string().max(200);
const bytes = z.number().min(0);

export const CpuFacts = z.object({
  vendor: name,
  model: name,
  physicalCores: z.int().min(1),
  logicalCores: z.int().min(1),
  /** Logical cores that this process may use; fewer in containers. */
  usableCores: z.int().min(1),
  /** Instruction sets such as `avx2`; empty when the system does not tell. */
  flags: z.array(z.string().max(32)).max(512),
});
export type CpuFacts = z.infer<typeof CpuFacts>;

/** Bytes of main memory; a container's limit counts as the total. */
export const MemoryFacts = z.object({ totalBytes: bytes, availableBytes: bytes });
export type MemoryFacts = z.infer<typeof MemoryFacts>;

export const GpuFacts = z.object({
  vendor: name,
  model: name,
  /** Null when the driver does not tell. */
  memoryBytes: bytes.nullable(),
  /** Shares main memory instead of having its own. */
  sharedMemory: z.boolean(),
});
export type GpuFacts = z.infer<typeof GpuFacts>;

export const SystemFacts = z.object({
  platform: name,
  distribution: name,
  release: name,
  kernel: name,
  architecture: name,
});
export type SystemFacts = z.infer<typeof SystemFacts>;

/** The volume that holds the data folder. */
export const DiskFacts = z.object({ totalBytes: bytes, freeBytes: bytes });
export type DiskFacts = z.infer<typeof DiskFacts>;

/** Whether this is a virtual machine or container, and which. */
export const VirtualFacts = z.object({ virtual: z.boolean(), host: name });
export type VirtualFacts = z.infer<typeof VirtualFacts>;

/** What is known of the machine. */
export const HardwareProfile = z.object({
  /** UTC milliseconds. */
  detectedAt: z.int().min(0),
  cpu: finding(CpuFacts),
  memory: finding(MemoryFacts),
  /** An empty list: there is none that the system tells of. */
  gpus: finding(z.array(GpuFacts).max(32)),
  system: finding(SystemFacts),
  disk: finding(DiskFacts),
  virtual: finding(VirtualFacts),
});
export type HardwareProfile = z.infer<typeof HardwareProfile>;
