import type {
  BatteryFacts,
  CpuFacts,
  DiskFacts,
  GpuFacts,
  InferenceFacts,
  MemoryFacts,
  NetworkFacts,
  SystemFacts,
  VirtualFacts,
} from '#shared/domain/machine/hardware.ts';

/** Look-ups of the machine. Each may reject or hang; the caller handles both. */
export interface HardwareSource {
  readonly cpu: () => Promise<CpuFacts>;
  readonly memory: () => Promise<MemoryFacts>;
  readonly gpus: () => Promise<GpuFacts[]>;
  readonly system: () => Promise<SystemFacts>;
  /** The volume that holds this folder. */
  readonly disk: (folder: string) => Promise<DiskFacts>;
  readonly virtual: () => Promise<VirtualFacts>;
  readonly battery: () => Promise<BatteryFacts>;
  readonly network: () => Promise<NetworkFacts>;
  /** The machine as llama.cpp sees it, looked up in a separate process. */
  readonly inference: () => Promise<InferenceFacts>;
}

/** The look-ups that need only the operating system. */
export type SystemSource = Omit<HardwareSource, 'inference'>;
