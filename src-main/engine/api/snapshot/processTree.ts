import { readdirSync, readFileSync } from 'node:fs';

/** Resources that a process and all its descendants use. */
export interface TreeUse {
  /** Processor time so far, in milliseconds; it drops when a process ends. */
  readonly processorMs: number;
  readonly memoryBytes: number;
}

/** Linux counts processor time in hundredths of a second, whatever the kernel's own tick. */
const msPerTick = 10;

/** The use of this process and its descendants, from /proc; where there is none, of this process alone. */
export function readProcessTree(): TreeUse {
  try {
    return sumOf(descendants(process.pid).map(readOne));
  } catch {
    const { user, system } = process.cpuUsage();
    return { processorMs: (user + system) / 1000, memoryBytes: process.memoryUsage.rss() };
  }
}

/** The process itself and everything below it. */
function descendants(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readText(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap((child) => safeDescendants(child))];
}

/** None for a child that ends while it is read. */
function safeDescendants(pid: number): number[] {
  try {
    return descendants(pid);
  } catch {
    return [];
  }
}

function readOne(pid: number): TreeUse {
  const stat = readText(`/proc/${pid}/stat`);
  // The name of the program is in parentheses and may contain blanks; the numbers follow it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  const kilobytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(readText(`/proc/${pid}/status`))?.[1] ?? 0);
  return { processorMs: ticks * msPerTick, memoryBytes: kilobytes * 1024 };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (file === `/proc/${process.pid}/stat`) throw error;
    return '';
  }
}

function sumOf(uses: readonly TreeUse[]): TreeUse {
  return uses.reduce(
    (sum, use) => ({
      processorMs: sum.processorMs + use.processorMs,
      memoryBytes: sum.memoryBytes + use.memoryBytes,
    }),
    { processorMs: 0, memoryBytes: 0 },
  );
}
