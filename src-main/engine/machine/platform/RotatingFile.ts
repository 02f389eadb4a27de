import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';

/** Lines dropped after a failed write before the next attempt. */
const linesBetweenAttempts = 100;

/**
 * A log file of limited size: a full file is renamed to `<name>.old`, replacing the previous one. Lines are written
 * synchronously, so that a killed process loses none. A failing disk loses lines but never throws.
 */
export class RotatingFile {
  readonly #file: string;
  readonly #maxBytes: number;
  #handle: number | undefined;
  #bytes = 0;
  #skip = 0;

  constructor(file: string, maxBytes: number) {
    this.#file = file;
    this.#maxBytes = maxBytes;
  }

  write(line: string): void {
    if (this.#skip > 0) {
      this.#skip -= 1;
      return;
    }
    try {
      if (this.#bytes >= this.#maxBytes) this.#rotate();
      this.#handle ??= this.#open();
      this.#bytes += writeSync(this.#handle, line);
    } catch {
      this.#skip = linesBetweenAttempts;
      this.close();
    }
  }

  close(): void {
    const handle = this.#handle;
    this.#handle = undefined;
    if (handle !== undefined) closeSync(handle);
  }

  #open(): number {
    mkdirSync(path.dirname(this.#file), { recursive: true, mode: 0o700 });
    const handle = openSync(this.#file, 'a', 0o600);
    this.#bytes = fstatSync(handle).size;
    return handle;
  }

  #rotate(): void {
    this.close();
    renameSync(this.#file, `${this.#file}.old`);
    this.#bytes = 0;
  }
}
