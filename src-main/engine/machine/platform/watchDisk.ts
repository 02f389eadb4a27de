import { statfs } from 'node:fs/promises';
import type { Clock } from '#shared/util/clock.ts';

const everyMs = 30_000;
/** Below this the database may soon not be able to grow. */
const leastFreeBytes = 200 * 2 ** 20;

interface DiskWatch {
  readonly onChange: (isShort: boolean) => void;
  /** Free bytes of the volume that holds a folder. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

/** Tells whenever the volume of a folder gets short of space, and when it has enough again. Gives the end of the watch. */
export function watchDisk(clock: Clock, folder: string, { onChange, freeBytes = readFree }: DiskWatch): () => void {
  let wasShort = false;
  let over = false;
  const look = async (): Promise<void> => {
    const isShort = await freeBytes(folder).then(
      (free) => free < leastFreeBytes,
      // What cannot be asked is not known to be short.
      () => false,
    );
    if (over) return;
    if (isShort !== wasShort) onChange(isShort);
    wasShort = isShort;
    timer = clock.setTimer(everyMs, () => void look());
  };
  let timer = clock.setTimer(0, () => void look());
  return () => {
    over = true;
    timer.cancel();
  };
}

async function readFree(folder: string): Promise<number> {
  const { bsize, bavail } = await statfs(folder);
  return bsize * bavail;
}
