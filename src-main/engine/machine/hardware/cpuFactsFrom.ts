import type { CpuFacts } from '#shared/domain/machine/hardware.ts';

/** The processor as the system describes it; texts are empty and counts 0 where unknown. */
export interface SystemCpu {
  readonly manufacturer: string;
  readonly vendor: string;
  readonly brand: string;
  readonly physicalCores: number;
  readonly cores: number;
}

/** The processor as Node describes it, which needs no other program. */
export interface NodeCpu {
  readonly model: string;
  readonly logicalCores: number;
  readonly usableCores: number;
}

/**
 * Combines the system's description with Node's where the former is empty, as on a Windows that blocks PowerShell.
 * `flags` are separated by blanks.
 */
export function cpuFactsFrom(system: SystemCpu, flags: string, node: NodeCpu): CpuFacts {
  const logicalCores = system.cores || node.logicalCores || node.usableCores;
  return {
    vendor: system.manufacturer || system.vendor,
    model: system.brand || node.model.trim(),
    physicalCores: system.physicalCores || logicalCores,
    logicalCores,
    usableCores: node.usableCores,
    flags: flags.split(/\s+/).filter((flag) => flag !== ''),
  };
}
