import { readFile } from 'node:fs/promises';
import type { Clock, Timer } from '#shared/util/clock.ts';

/** Looked at so often, in milliseconds; in between the system's own limits hold. */
const everyMs = 1000;

export interface MemoryWatchOptions {
  readonly clock: Clock;
  readonly mostBytes: number;
  /** Resident bytes now; null when nobody can tell. */
  readonly residentBytes: () => Promise<number | null>;
  /** Called once, with what was found; the watch is over then. */
  readonly onTooMuch: (bytes: number) => void;
}

/** Looks from outside at what a process holds, because what it says itself need not be true. */
export class MemoryWatch {
  readonly #options: MemoryWatchOptions;
  #timer: Timer | null = null;
  #over = false;

  constructor(options: MemoryWatchOptions) {
    this.#options = options;
    this.#schedule();
  }

  stop(): void {
    this.#over = true;
    this.#timer?.cancel();
  }

  #schedule(): void {
    this.#timer = this.#options.clock.setTimer(everyMs, () => void this.#look());
  }

  async #look(): Promise<void> {
    const { residentBytes, mostBytes, onTooMuch } = this.#options;
    const bytes = await residentBytes();
    if (this.#over || bytes === null) return;
    if (bytes <= mostBytes) return this.#schedule();
    this.stop();
    onTooMuch(bytes);
  }
}

/** Resident bytes of a process as Linux tells them; null elsewhere, and when the process is gone. */
export async function residentBytesOf(pid: number): Promise<number | null> {
  if (process.platform !== 'linux') return null;
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}
