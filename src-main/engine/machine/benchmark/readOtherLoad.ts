import os from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';

/** Milliseconds over which the load is looked at. */
const lookMs = 400;

/**
 * Percent of all processors that is used now, this program's own part left out; null when the system does not tell.
 * In a container these are the processors of the whole machine.
 */
export async function readOtherLoad(): Promise<number | null> {
  const before = snapshot();
  // A timer that keeps the process alive: the command line has nothing else to wait for now.
  await wait(lookMs);
  const after = snapshot();
  const [used, total] = [after.used - before.used, after.total - before.total];
  if (total <= 0) return null;
  const own = after.own - before.own;
  return Math.min(100, Math.max(0, ((used - own) / total) * 100));
}

/** Milliseconds since the machine's start, of all processors together. */
function snapshot(): { used: number; total: number; own: number } {
  const times = os.cpus().map(({ times: of }) => of);
  const total = times.reduce((sum, of) => sum + of.user + of.nice + of.sys + of.irq + of.idle, 0);
  const idle = times.reduce((sum, of) => sum + of.idle, 0);
  const { user, system } = process.cpuUsage();
  return { used: total - idle, total, own: (user + system) / 1000 };
}
