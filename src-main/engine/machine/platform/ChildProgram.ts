import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { quietNodeFlags } from '#node/quietNode.ts';

/** How to start a program of this installation as a child process. */
export interface ProgramLaunch {
  /** Path of the Node 24 executable, never Electron's. */
  readonly node: string;
  readonly entry: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Receives each line of its standard output and error output. */
  readonly onLine: (source: 'output' | 'errors', line: string) => void;
}

/** How a child process ended; `lastWords` is the last error line that is not part of a stack trace. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly lastWords: string;
}

/** A child process that exits when its standard input closes, and therefore when this process ends in any way. */
export class ChildProgram {
  readonly #child: ChildProcess;
  /** Resolves when the process has exited; never rejects. */
  readonly ended: Promise<ProgramEnd>;

  constructor(launch: ProgramLaunch) {
    const child = spawn(launch.node, [...quietNodeFlags, launch.entry, ...launch.args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...launch.env },
      windowsHide: true,
    });
    this.#child = child;
    let lastWords = '';
    // The child may exit before its input is closed; `ended` reports that.
    child.stdin.on('error', () => {});
    createInterface({ input: child.stdout }).on('line', (line) => launch.onLine('output', line));
    createInterface({ input: child.stderr }).on('line', (line) => {
      // After a crash Node prints the reason, then the stack and its version.
      if (/^[^\s]/.test(line) && !line.startsWith('Node.js v')) lastWords = line.slice(0, 500);
      launch.onLine('errors', line);
    });
    this.ended = new Promise((resolve) => {
      child.on('error', (error) => resolve({ code: null, signal: null, lastWords: error.message }));
      child.on('close', (code, signal) => resolve({ code, signal, lastWords }));
    });
  }

  get pid(): number | null {
    return this.#child.pid ?? null;
  }

  /** Closes its input, which asks it to exit, and kills it after `limitMs`. Resolves when it has exited. */
  async stop(limitMs: number): Promise<void> {
    this.#child.stdin?.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), limitMs);
    await this.ended;
    clearTimeout(timer);
  }
}
