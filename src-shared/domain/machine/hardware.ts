import { z } from 'zod';

/** A detected value, or the reason why it is unknown. Nothing is guessed. */
export type Finding<T> =
  | { readonly value: T; readonly reason: null }
  | { readonly value: null; readonly reason: string };

const missing = z.object({ value: z.null(), reason: z.string().min(1).max(500) });

/** The schema of a `Finding`. */
export function finding<T extends z.ZodType>(value: T) {
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
  /** Instruction sets such as `avx2`; empty when the system does not report them. */
  flags: z.array(z.string().max(32)).max(512),
});
export type CpuFacts = z.infer<typeof CpuFacts>;

/** Bytes of main memory; a container's limit counts as the total. */
export const MemoryFacts = z.object({
  totalBytes: bytes,
  availableBytes: bytes,
  /** Such as `DDR5`; null where the system does not report it, as most do not without administrator rights. */
  type: name.nullable(),
  /** Million transfers per second; null like the type. */
  speedMHz: z.number().min(0).nullable(),
});
export type MemoryFacts = z.infer<typeof MemoryFacts>;

export const GpuFacts = z.object({
  vendor: name,
  model: name,
  /** Null when the driver does not report it. */
  memoryBytes: bytes.nullable(),
  /** Shares main memory instead of having its own. */
  sharedMemory: z.boolean(),
  /** Driver version; null when unknown. */
  driver: name.nullable(),
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

/** The medium of a volume. `virtual`: a container layer or a virtual machine's disk, whatever is below it. */
export const DiskKind = z.enum(['nvme', 'ssd', 'hard_disk', 'network', 'memory', 'virtual']);
export type DiskKind = z.infer<typeof DiskKind>;

/** The volume that holds the data folder. */
export const DiskFacts = z.object({
  totalBytes: bytes,
  freeBytes: bytes,
  /** Null when the system does not report it. */
  kind: DiskKind.nullable(),
  /** Such as `ext4`; empty when unknown. */
  fileSystem: name,
});
export type DiskFacts = z.infer<typeof DiskFacts>;

/** Whether this is a virtual machine. `host` names the hypervisor; empty when there is none or it is unknown. */
export const VirtualFacts = z.object({
  virtual: z.boolean(),
  host: name,
  /** Such as `docker`, when this process runs in a container. */
  container: name.nullable(),
});
export type VirtualFacts = z.infer<typeof VirtualFacts>;

export const BatteryFacts = z.object({
  present: z.boolean(),
  /** Charge; null without a battery or when unknown. */
  percent: z.number().min(0).max(100).nullable(),
  /** Running on battery now. */
  discharging: z.boolean(),
});
export type BatteryFacts = z.infer<typeof BatteryFacts>;

/** The network interface of the default route. Never addresses. */
export const NetworkFacts = z.object({
  kind: z.enum(['wired', 'wireless', 'virtual', 'other']),
  name,
  /** Nominal speed in Mbit/s; null when unknown. */
  speedMbits: z.number().min(0).nullable(),
});
export type NetworkFacts = z.infer<typeof NetworkFacts>;

/** The machine as llama.cpp sees it, queried in a throw-away process. */
export const InferenceFacts = z.object({
  /** Version of node-llama-cpp. */
  library: name,
  /** Compute backend. */
  gpu: z.enum(['cpu', 'cuda', 'vulkan', 'metal']),
  /** Names of the GPU devices; empty on the processor alone. */
  devices: z.array(name).max(32),
  /** Instruction sets used by its build here, such as `AVX2`. */
  instructionSets: z.array(z.string().max(40)).max(128),
  /** Cores suited to computation, by its own count. */
  mathCores: z.int().min(1),
  /** Graphics memory in bytes; null without a card. */
  graphicsMemory: z.object({ totalBytes: bytes, freeBytes: bytes, unifiedBytes: bytes }).nullable(),
});
export type InferenceFacts = z.infer<typeof InferenceFacts>;

/** Everything known about the machine. */
export const HardwareProfile = z.object({
  /** UTC milliseconds. */
  detectedAt: z.int().min(0),
  cpu: finding(CpuFacts),
  memory: finding(MemoryFacts),
  /** Empty when the system reports no card. */
  gpus: finding(z.array(GpuFacts).max(32)),
  system: finding(SystemFacts),
  disk: finding(DiskFacts),
  virtual: finding(VirtualFacts),
  battery: finding(BatteryFacts),
  network: finding(NetworkFacts),
  inference: finding(InferenceFacts),
});
export type HardwareProfile = z.infer<typeof HardwareProfile>;

/** The description of its computer that a node sends to the swarm. Names neither the computer nor its owner. */
export const ComputerSummary = z.object({
  processor: name,
  /** Physical cores that models may use. */
  cores: z.int().min(1),
  memoryBytes: bytes,
  /** Memory of the card that models use; null without one. */
  graphicsBytes: bytes.nullable(),
  /** Measured speed of the main memory in GB/s; null before the first benchmark. */
  memoryGBs: z.number().min(0).nullable(),
});
export type ComputerSummary = z.infer<typeof ComputerSummary>;
