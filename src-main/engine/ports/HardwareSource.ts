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

/** Facts about the machine. Each function may reject or hang; the caller bounds both. */
export interface HardwareSource {
  readonly cpu: () => Promise<CpuFacts>;
  readonly memory: () => Promise<MemoryFacts>;
  readonly gpus: () => Promise<GpuFacts[]>;
  readonly system: () => Promise<SystemFacts>;
  /** Of the volume that holds this folder. */
  readonly disk: (folder: string) => Promise<DiskFacts>;
  readonly virtual: () => Promise<VirtualFacts>;
  readonly battery: () => Promise<BatteryFacts>;
  readonly network: () => Promise<NetworkFacts>;
  /** The view of llama.cpp; asked in a throw-away process. */
  readonly inference: () => Promise<InferenceFacts>;
}

/** Facts that the operating system tells. */
export type SystemSource = Omit<HardwareSource, 'inference'>;
