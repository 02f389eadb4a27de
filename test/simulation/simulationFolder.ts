import { accessSync, constants } from 'node:fs';
import os from 'node:os';

/** Where simulated disks lie: in memory where there is such a folder, since a virtual crash needs no real disk. */
export function simulationFolder(): string {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return os.tmpdir();
  }
}
