import { randomBytes } from 'node:crypto';
import os from 'node:os';
import type { Installation } from '#node/Installation.ts';
import { systemClock } from '#node/systemClock.ts';
import type { CpuFacts } from '#shared/domain/machine/hardware.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import type { GraphicsShare } from '#shared/domain/models/graphicsPlan.ts';
import { correctEstimate, estimateMemory } from '#shared/domain/models/memoryEstimate.ts';
import { readOtherLoad } from '#engine/machine/benchmark/probes/readOtherLoad.ts';
import type { Machine } from '#engine/ports/Machine.ts';
import { findGraphics } from '#engine/machine/hardware/findGraphics.ts';
import { systemHardwareSource } from '#engine/machine/hardware/systemHardwareSource.ts';
import { findFences } from '#engine/inference/confinement/findFences.ts';
import { openLauncher } from '#engine/inference/process/openLauncher.ts';
import type { WorkerLauncher } from '#engine/ports/inference/WorkerLauncher.ts';

const processorWithinMs = 3000;

/** Asks the system for its processor, which may take long. Undefined when it does not answer in time. */
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

/** Physical cores that this program may use; a container may have fewer than the machine. */
export function usableCores(processor: CpuFacts | undefined): number {
  return Math.min(processor?.physicalCores ?? Number.POSITIVE_INFINITY, os.availableParallelism());
}

/** Finds the fences that the system offers, once, and makes a launcher that starts workers behind them. */
export async function openFencedLauncher(installation: Installation, logger?: Logger): Promise<WorkerLauncher> {
  const fences = await findFences({ nodeExecutable: installation.nodeExecutable(), clock: systemClock });
  logger?.info('Models run confined.', { system: fences.map(({ name }) => name).join(', ') });
  return openLauncher(installation, fences);
}

export interface MachineParts {
  /** Opened when the first worker is needed. */
  readonly launcher: () => Promise<WorkerLauncher>;
  /** By default the card is looked for when it is needed. */
  readonly graphics?: () => Promise<GraphicsShare | null>;
  /** Factor by which the memory of a model differs from its estimate, as earlier loads showed. */
  readonly correction?: (model: InstalledModel) => number;
}

/** The real machine. */
export function openMachine({
  launcher,
  graphics = async () => findGraphics(await launcher(), systemClock),
  correction = () => 1,
}: MachineParts): Machine {
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
