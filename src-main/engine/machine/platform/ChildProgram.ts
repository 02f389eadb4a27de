import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { quietNodeFlags } from '#node/quietNode.ts';

/** A program of this installation to be run as a child. */
export interface ProgramLaunch {
  /** Plain Node 24, never Electron's binary. */
  readonly node: string;
  readonly entry: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** One line of its output, or of its errors. */
  readonly onLine: (source: 'output' | 'errors', line: string) => void;
}

/** How a child ended; `lastWords` is the last line it wrote about itself. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly lastWords: string;
}

/** A child whose input pipe tells it that we live: it ends by itself when the pipe closes, however we end. */
export class ChildProgram {
  readonly #child: ChildProcess;
  /** Resolves when the process is gone; never rejects. */
  readonly ended: Promise<ProgramEnd>;

  constructor(launch: ProgramLaunch) {
    const child = spawn(launch.node, [...quietNodeFlags, launch.entry, ...launch.args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...launch.env },
      windowsHide: true,
    });
    this.#child = child;
    let lastWords = '';
    child.stdin.on('error', ignore);
    createInterface({ input: child.stdout }).on('line', (line) => launch.onLine('output', line));
    createInterface({ input: child.stderr }).on('line', (line) => {
      // A crash ends with its stack and the version of Node; the reason stands above them.
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

  /** Asks it to end by closing its pipe, and ends it after `limitMs` at the latest. Resolves when it is gone. */
  async stop(limitMs: number): Promise<void> {
    this.#child.stdin?.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), limitMs);
    await this.ended;
    clearTimeout(timer);
  }
}

function ignore(): void {
  // The child may be gone before its input is closed; its end is reported by itself.
}
