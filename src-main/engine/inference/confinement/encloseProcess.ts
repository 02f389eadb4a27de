import type { Enclosure } from './Enclosure.ts';
import type { Fence } from './fences.ts';
import type { WorkerRoom } from '#engine/ports/WorkerLauncher.ts';

/** Puts around a running process what its fences put around such. Throws what the first that fails throws. */
export function encloseProcess(fences: readonly Fence[], pid: number, room: WorkerRoom): Enclosure {
  const held: Enclosure[] = [];
  const close = (): void => held.forEach((each) => each.close());
  try {
    for (const fence of fences) {
      if (fence.enclose !== undefined) held.push(fence.enclose(pid, room));
    }
  } catch (error) {
    close();
    throw error;
  }
  return { close };
}
