import os from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';

/** Duration of the measurement. */
const periodMs = 400;

/**
 * Processor load of other programs, in percent of all processors; null when unknown. In a container this covers the
 * whole machine.
 */
export async function readOtherLoad(): Promise<number | null> {
  const before = snapshot();
  // This timer keeps the process alive; the command line may have nothing else to wait for.
  await wait(periodMs);
  const after = snapshot();
  const [used, total] = [after.used - before.used, after.total - before.total];
  if (total <= 0) return null;
  const own = after.own - before.own;
  return Math.min(100, Math.max(0, ((used - own) / total) * 100));
}

/** Processor times since the machine started, summed over all processors, in milliseconds. */
function snapshot(): { used: number; total: number; own: number } {
  const times = os.cpus().map(({ times: of }) => of);
  const total = times.reduce((sum, of) => sum + of.user + of.nice + of.sys + of.irq + of.idle, 0);
  const idle = times.reduce((sum, of) => sum + of.idle, 0);
  const { user, system } = process.cpuUsage();
  return { used: total - idle, total, own: (user + system) / 1000 };
}
