import { randomBytes } from 'node:crypto';
import os from 'node:os';
import type { Installation } from '#node/Installation.ts';
import { systemClock } from '#node/systemClock.ts';
import type { CpuFacts } from '#shared/domain/machine/hardware.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import type { GraphicsShare } from '#shared/domain/models/graphicsPlan.ts';
import { correctEstimate, estimateMemory } from '#shared/domain/models/memoryEstimate.ts';
import { readOtherLoad } from '#engine/machine/benchmark/readOtherLoad.ts';
import type { EnginePorts } from '#engine/ports/engineContract.ts';
import { findGraphics } from '#engine/machine/hardware/findGraphics.ts';
import { systemHardwareSource } from '#engine/machine/hardware/systemHardwareSource.ts';
import { findFences } from '#engine/inference/confinement/findFences.ts';
import { openLauncher } from '#engine/inference/process/openLauncher.ts';
import type { WorkerLauncher } from '#engine/inference/process/WorkerLauncher.ts';

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

/** Finds what the system can put around workers, once, and starts them in there. */
export async function openFencedLauncher(installation: Installation, logger?: Logger): Promise<WorkerLauncher> {
  const fences = await findFences({ nodeExecutable: installation.nodeExecutable(), clock: systemClock });
  logger?.info('Models run confined.', { system: fences.map(({ name }) => name).join(', ') });
  return openLauncher(installation, fences);
}

export interface MachineParts {
  /** Of the workers; asked for when one is needed first. */
  readonly launcher: () => Promise<WorkerLauncher>;
  /** Without it the card is looked for when it matters first. */
  readonly graphics?: () => Promise<GraphicsShare | null>;
  /** What earlier loads of a model taught about its memory, as a factor. */
  readonly correction?: (model: InstalledModel) => number;
}

/** The real machine, to be looked up and measured. */
export function openMachine({
  launcher,
  graphics = async () => findGraphics(await launcher(), systemClock),
  correction = () => 1,
}: MachineParts): NonNullable<EnginePorts['machine']> {
  return {
    source: systemHardwareSource,
    measured: {
      launcher,
      cores: async () => usableCores(await findProcessor()),
      graphics,
      availableBytes: () => process.availableMemory(),
      memoryFor: (model, contextTokens) => correctEstimate(estimateMemory(model, contextTokens), correction(model)),
      otherLoad: () => readOtherLoad(),
      filler: (bytes) =>
        randomBytes(Math.ceil((bytes * 3) / 4))
          .toString('base64')
          .slice(0, bytes),
    },
  };
}
