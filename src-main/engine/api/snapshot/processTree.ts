import { readdirSync, readFileSync } from 'node:fs';

/** Use of a process and all its descendants. */
export interface TreeUse {
  /** Processor time so far, milliseconds; shrinks when a process ends. */
  readonly processorMs: number;
  readonly memoryBytes: number;
}

/** Linux counts processor time in hundredths of a second, whatever the kernel's own tick. */
const msPerTick = 10;

/** What this process and its children use, read from /proc; from this process alone where there is no such thing. */
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

/** A child may end while it is looked at. */
function safeDescendants(pid: number): number[] {
  try {
    return descendants(pid);
  } catch {
    return [];
  }
}

function readOne(pid: number): TreeUse {
  const stat = readText(`/proc/${pid}/stat`);
  // The name of the program stands in brackets and may hold blanks; the numbers come after it.
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
