import os from 'node:os';

/** The middle of some numbers; NaN of none. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The value that `share` percent of all do not exceed (nearest rank). */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((share / 100) * sorted.length) - 1)] ?? Number.NaN;
}

/** One line of the table: what, our runs, the peer's runs. */
export interface Comparison {
  readonly what: string;
  readonly unit: string;
  readonly ours: readonly number[];
  /** Null where there is none, with the reason in `note`. */
  readonly peer: readonly number[] | null;
  readonly peerName: string;
  readonly note?: string;
}

/** Whole numbers with thousands, small ones with decimals. */
export function show(value: number): string {
  if (!Number.isFinite(value)) return '-';
  return value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 });
}

function showRuns(values: readonly number[]): string {
  const spread = `${show(Math.min(...values))}-${show(Math.max(...values))}`;
  return values.length > 1 ? `${show(median(values))} (${spread})` : show(median(values));
}

/** Prints comparisons as a Markdown table. */
export function table(rows: readonly Comparison[]): string {
  const lines = rows.map(({ what, unit, ours, peer, peerName, note }) => {
    const theirs = peer === null ? `missing: ${note ?? ''}` : `${showRuns(peer)} (${peerName})`;
    const ratio = peer === null ? '-' : `${(median(ours) / median(peer)).toFixed(2)}×`;
    const remark = peer === null || note === undefined ? '' : note;
    return `| ${what} | ${showRuns(ours)} ${unit} | ${theirs} | ${ratio} | ${remark} |`;
  });
  return ['| What | Ours: median (spread) | Peer | Ratio | Remark |', '|---|---|---|---|---|', ...lines].join('\n');
}

/** What the machine is and how busy it was: cores, model, load of the last minute. */
export function machine(): string {
  const [cpu] = os.cpus();
  const load = os.loadavg()[0] ?? 0;
  return `${os.cpus().length} cores (${cpu?.model.trim() ?? 'unknown'}), ${Math.round(os.totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, load ${load.toFixed(1)} before`;
}

/** Seconds that `run` took: by the clock, of CPU in all threads of this process, and of CPU in the main thread alone. */
export async function withCpu<T>(
  run: () => Promise<T>,
): Promise<{ result: T; cpuSeconds: number; threadSeconds: number; wallSeconds: number }> {
  const all = process.cpuUsage();
  const thread = process.threadCpuUsage();
  const start = performance.now();
  const result = await run();
  const seconds = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1e6;
  return {
    result,
    cpuSeconds: seconds(process.cpuUsage(all)),
    threadSeconds: seconds(process.threadCpuUsage(thread)),
    wallSeconds: (performance.now() - start) / 1000,
  };
}
