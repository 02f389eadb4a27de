import { readFileSync } from 'node:fs';

const everyMs = 25;

/** What a process used: seconds of processor, and the most memory that was its own (PSS: shared parts by their share). */
export interface Used {
  readonly cpuSeconds: number;
  readonly peakPssBytes: number;
  readonly peakRssBytes: number;
}

/** Looks at a process as the kernel sees it (Linux), often, until it is gone. */
export class ResourceWatch {
  readonly #pid: number;
  readonly #timer: NodeJS.Timeout;
  #cpuSeconds = 0;
  #peakPss = 0;
  #peakRss = 0;

  constructor(pid: number) {
    this.#pid = pid;
    this.#look();
    this.#timer = setInterval(() => this.#look(), everyMs);
  }

  stop(): Used {
    clearInterval(this.#timer);
    return { cpuSeconds: this.#cpuSeconds, peakPssBytes: this.#peakPss, peakRssBytes: this.#peakRss };
  }

  #look(): void {
    try {
      const stat = readFileSync(`/proc/${this.#pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const ticks = Number(fields[11]) + Number(fields[12]);
      const memory = readFileSync(`/proc/${this.#pid}/smaps_rollup`, 'utf8');
      this.#cpuSeconds = Math.max(this.#cpuSeconds, ticks / 100);
      this.#peakPss = Math.max(this.#peakPss, kilobytes(memory, 'Pss') * 1024);
      this.#peakRss = Math.max(this.#peakRss, kilobytes(memory, 'Rss') * 1024);
    } catch {
      // It has just ended; what was seen last counts.
    }
  }
}

function kilobytes(rollup: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1] ?? 0);
}
