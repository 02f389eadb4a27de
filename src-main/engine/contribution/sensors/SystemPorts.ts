import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';

/** Access of the sensors to the system; tests answer with labelled recordings. */
export interface SystemPorts {
  /** Reads a small file of `/sys`. Rejects when it is missing. */
  readonly readText: (file: string) => Promise<string>;
  readonly list: (folder: string) => Promise<readonly string[]>;
  /** Reads a file of `/proc`, which needs no disk; null when it is missing. */
  readonly readNow: (file: string) => string | null;
  readonly listNow: (folder: string) => readonly string[];
  /** Runs a tool of the system and returns its output. Rejects when it is missing, fails or takes too long. */
  readonly run: (tool: string, args: readonly string[]) => Promise<string>;
}

const toolWithinMs = 3000;

/** The machine that this program runs on. */
export const systemPorts: SystemPorts = {
  readText: (file) => readFile(file, 'utf8'),
  list: (folder) => readdir(folder),
  readNow: (file) => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return null;
    }
  },
  listNow: (folder) => {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  },
  run: (tool, args) =>
    new Promise((resolve, reject) => {
      const options = { timeout: toolWithinMs, maxBuffer: 65_536, windowsHide: true };
      execFile(tool, args, options, (error, stdout) => (error === null ? resolve(stdout) : reject(error)));
    }),
};
