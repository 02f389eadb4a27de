import { existsSync, readdirSync } from 'node:fs';
import type { GraphicsShare } from '#shared/domain/models/graphicsPlan.ts';
import type { InferenceFacts } from '#shared/domain/machine/hardware.ts';
import type { Clock } from '#shared/util/clock.ts';
import { describingRoom, ThrowAwayWorker } from '#engine/machine/benchmark/ThrowAwayWorker.ts';
import type { WorkerLauncher } from '#engine/ports/WorkerLauncher.ts';

/** A driver that takes longer is not waited for; models stay on the processor then. */
const withinMs = 10_000;

/** The card that llama.cpp would compute on, asked in a throw-away process; null without one. */
export async function findGraphics(launcher: WorkerLauncher, clock: Clock): Promise<GraphicsShare | null> {
  // Starting a process only to hear that there is no card would cost every start a second.
  if (!mayHaveCard(process.platform)) return null;
  const signal = AbortSignal.timeout(withinMs);
  try {
    return graphicsOf(
      await ThrowAwayWorker.with({ launcher, room: describingRoom, clock, signal }, (worker) => worker.describe()),
    );
  } catch {
    // A driver that takes its process along must not be used, and the page Hardware says why.
    return null;
  }
}

/** What of a card models may use; null without one. */
export function graphicsOf({ gpu, graphicsMemory }: InferenceFacts): GraphicsShare | null {
  if (gpu === 'cpu' || graphicsMemory === null || graphicsMemory.freeBytes <= 0) return null;
  return { freeBytes: graphicsMemory.freeBytes, unified: graphicsMemory.unifiedBytes > 0 };
}

/** Whether the system shows a device that could compute; false only where there is certainly none. */
export function mayHaveCard(
  platform: NodeJS.Platform,
  exists: (file: string) => boolean = existsSync,
  list: (folder: string) => readonly string[] = readdirSync,
): boolean {
  if (platform !== 'linux') return true;
  if (['/dev/nvidiactl', '/dev/kfd', '/dev/dxg'].some((file) => exists(file))) return true;
  return exists('/dev/dri') && list('/dev/dri').some((name) => name.startsWith('renderD'));
}
