import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';

/** After a failed write the file is left alone for so many lines before it is tried again. */
const linesBetweenTries = 100;

/**
 * A log file of bounded size: when it is full it becomes `<name>.old`, replacing the one before. Each line is written
 * at once, so that a killed process leaves its last words. A disk that fails costs lines, never the program.
 */
export class RotatingFile {
  readonly #file: string;
  readonly #mostBytes: number;
  #handle: number | undefined;
  #bytes = 0;
  #skip = 0;

  constructor(file: string, mostBytes: number) {
    this.#file = file;
    this.#mostBytes = mostBytes;
  }

  write(line: string): void {
    if (this.#skip > 0) {
      this.#skip -= 1;
      return;
    }
    try {
      if (this.#bytes >= this.#mostBytes) this.#rotate();
      this.#handle ??= this.#open();
      this.#bytes += writeSync(this.#handle, line);
    } catch {
      this.#skip = linesBetweenTries;
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
