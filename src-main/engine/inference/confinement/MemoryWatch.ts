import { readFile } from 'node:fs/promises';
import type { Clock, Timer } from '#shared/util/clock.ts';

/** Interval between checks; between two checks only the limits of the system hold. */
const intervalMs = 1000;

export interface MemoryWatchOptions {
  readonly clock: Clock;
  /** Limit on resident memory, in bytes. */
  readonly limitBytes: number;
  /** Reads the resident memory, in bytes; null when unknown, which ends the watch. */
  readonly residentBytes: () => Promise<number | null>;
  /** Called once, with the reading that exceeded the limit. The watch ends then. */
  readonly onExceeded: (bytes: number) => void;
}

/** Checks a process's memory from outside, because a compromised worker could misreport it. */
export class MemoryWatch {
  readonly #options: MemoryWatchOptions;
  #timer: Timer | null = null;
  #stopped = false;

  constructor(options: MemoryWatchOptions) {
    this.#options = options;
    this.#schedule();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  #schedule(): void {
    this.#timer = this.#options.clock.setTimer(intervalMs, () => void this.#check());
  }

  async #check(): Promise<void> {
    const { residentBytes, limitBytes, onExceeded } = this.#options;
    const bytes = await residentBytes();
    if (this.#stopped || bytes === null) return;
    if (bytes <= limitBytes) return this.#schedule();
    this.stop();
    onExceeded(bytes);
  }
}

/**
 * Resident memory of a process in bytes, read from Linux's /proc; null on other systems, or when the process has
 * exited.
 */
export async function residentBytesOf(pid: number): Promise<number | null> {
  if (process.platform !== 'linux') return null;
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}
