import { statfs } from 'node:fs/promises';
import type { Clock } from '#shared/util/clock.ts';

const intervalMs = 30_000;
/** With less free space the database may soon be unable to grow. */
const minFreeBytes = 200 * 2 ** 20;

interface DiskWatch {
  readonly onChange: (isShort: boolean) => void;
  /** Free space of the volume that holds a folder, in bytes; may reject. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

/**
 * Calls `onChange` when the volume of a folder becomes short of space, and when it has enough again. Returns a function
 * that stops watching.
 */
export function watchDisk(clock: Clock, folder: string, { onChange, freeBytes = readFree }: DiskWatch): () => void {
  let wasShort = false;
  let stopped = false;
  const check = async (): Promise<void> => {
    const isShort = await freeBytes(folder).then(
      (free) => free < minFreeBytes,
      // An unknown amount does not count as short.
      () => false,
    );
    if (stopped) return;
    if (isShort !== wasShort) onChange(isShort);
    wasShort = isShort;
    timer = clock.setTimer(intervalMs, () => void check());
  };
  let timer = clock.setTimer(0, () => void check());
  return () => {
    stopped = true;
    timer.cancel();
  };
}

async function readFree(folder: string): Promise<number> {
  const { bsize, bavail } = await statfs(folder);
  return bsize * bavail;
}
