import { randomBytes } from 'node:crypto';
import os from 'node:os';
import type { Installation } from '#node/Installation.ts';
import { systemClock } from '#node/systemClock.ts';
import type { CpuFacts } from '#shared/domain/hardware.ts';
import { estimateMemory } from '#shared/domain/memoryEstimate.ts';
import { readOtherLoad } from './benchmark/readOtherLoad.ts';
import type { EnginePorts } from './engineContract.ts';
import { systemHardwareSource } from './hardware/systemHardwareSource.ts';
import { ProcessWorkerLauncher } from './inference/ProcessWorkerLauncher.ts';

const processorWithinMs = 3000;

/** The processor, asked of the system, which may be slow to answer. */
export async function findProcessor(): Promise<CpuFacts | undefined> {
  const tooLong = Promise.withResolvers<undefined>();
  const timer = systemClock.setTimer(processorWithinMs, () => tooLong.resolve(undefined));
  try {
    return await Promise.race([systemHardwareSource.cpu(), tooLong.promise]);
  } catch {
    return undefined;
  } finally {
    timer.cancel();
  }
}

/** Physical cores that this program may use; a container may be given fewer than there are. */
export function usableCores(processor: CpuFacts | undefined): number {
  return Math.min(processor?.physicalCores ?? Number.POSITIVE_INFINITY, os.availableParallelism());
}

/** The real machine, to be looked up and measured. */
export function openMachine(installation: Installation): NonNullable<EnginePorts['machine']> {
  return {
    source: systemHardwareSource,
    measured: {
      launcher: new ProcessWorkerLauncher({
        nodeExecutable: installation.nodeExecutable(),
        entryPoint: installation.entryPoint('worker'),
      }),
      cores: async () => usableCores(await findProcessor()),
      gpuLayers: 0,
      availableBytes: () => process.availableMemory(),
      memoryFor: estimateMemory,
      otherLoad: () => readOtherLoad(),
      filler: (bytes) =>
        randomBytes(Math.ceil((bytes * 3) / 4))
          .toString('base64')
          .slice(0, bytes),
    },
  };
}
