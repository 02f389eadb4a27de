import type { CpuFacts } from '#shared/domain/machine/hardware.ts';

/** What the system tells of its processor; texts are empty and counts 0 where it does not tell. */
export interface ToldCpu {
  readonly manufacturer: string;
  readonly vendor: string;
  readonly brand: string;
  readonly physicalCores: number;
  readonly cores: number;
}

/** What Node itself knows, which takes no other program. */
export interface NodeCpu {
  readonly model: string;
  readonly logicalCores: number;
  readonly usableCores: number;
}

/**
 * The processor as the system tells it, with what Node knows where it tells nothing: as on a Windows whose PowerShell
 * is closed to programs. `flags` is one text.
 */
export function cpuFactsFrom(told: ToldCpu, flags: string, node: NodeCpu): CpuFacts {
  const logicalCores = told.cores || node.logicalCores || node.usableCores;
  return {
    vendor: told.manufacturer || told.vendor,
    model: told.brand || node.model.trim(),
    physicalCores: told.physicalCores || logicalCores,
    logicalCores,
    usableCores: node.usableCores,
    flags: flags.split(/\s+/).filter((flag) => flag !== ''),
  };
}
