import { existsSync, readdirSync } from 'node:fs';
import type { GraphicsShare } from '#shared/domain/models/graphicsPlan.ts';
import type { InferenceFacts } from '#shared/domain/machine/hardware.ts';
import type { Clock } from '#shared/util/clock.ts';
import { describingPermissions, OneShotWorker } from '#engine/machine/benchmark/OneShotWorker.ts';
import type { WorkerLauncher } from '#engine/ports/inference/WorkerLauncher.ts';

/** Time limit of the look-up; with a slower driver models run on the processor. */
const timeLimitMs = 10_000;

/** The graphics card llama.cpp would use, looked up in a separate process; null without one. */
export async function findGraphics(launcher: WorkerLauncher, clock: Clock): Promise<GraphicsShare | null> {
  // Starting a process takes a second, which computers without a card can save.
  if (!mayHaveCard(process.platform)) return null;
  const signal = AbortSignal.timeout(timeLimitMs);
  try {
    return graphicsOf(
      await OneShotWorker.with({ launcher, permissions: describingPermissions, clock, signal }, (worker) =>
        worker.describe(),
      ),
    );
  } catch {
    // A driver that crashes its process must not be used; the Hardware page shows the reason.
    return null;
  }
}

/** The part of a graphics card that models may use; null without one. */
export function graphicsOf({ gpu, graphicsMemory }: InferenceFacts): GraphicsShare | null {
  if (gpu === 'cpu' || graphicsMemory === null || graphicsMemory.freeBytes <= 0) return null;
  return { freeBytes: graphicsMemory.freeBytes, unified: graphicsMemory.unifiedBytes > 0 };
}

/** Whether there may be a graphics card; false only when there certainly is none. */
export function mayHaveCard(
  platform: NodeJS.Platform,
  exists: (file: string) => boolean = existsSync,
  list: (folder: string) => readonly string[] = readdirSync,
): boolean {
  if (platform !== 'linux') return true;
  if (['/dev/nvidiactl', '/dev/kfd', '/dev/dxg'].some((file) => exists(file))) return true;
  return exists('/dev/dri') && list('/dev/dri').some((name) => name.startsWith('renderD'));
}
