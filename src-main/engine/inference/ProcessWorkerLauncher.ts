import { spawn, type ChildProcess } from 'node:child_process';
import os from 'node:os';
import type { EngineToWorker } from '#shared/worker/EngineToWorker.ts';
import type { WorkerExit, WorkerHandle, WorkerLauncher, WorkerListener } from './WorkerLauncher.ts';

export interface ProcessWorkerOptions {
  /** Plain Node 24, never Electron's binary. */
  readonly nodeExecutable: string;
  /** File that starts the worker. */
  readonly entryPoint: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const lastWordsLimit = 2000;

/** Starts workers as child processes of plain Node, below normal priority, with one libuv thread. */
export class ProcessWorkerLauncher implements WorkerLauncher {
  readonly #options: ProcessWorkerOptions;

  constructor(options: ProcessWorkerOptions) {
    this.#options = options;
  }

  readonly launch = (listener: WorkerListener): WorkerHandle => {
    const child = spawn(this.#options.nodeExecutable, [this.#options.entryPoint], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: workerEnvironment(this.#options.env ?? process.env),
      windowsHide: true,
    });
    lowerPriority(child.pid);
    const isOver = watch(child, listener);
    return {
      pid: child.pid ?? null,
      send: (message) => !isOver() && sendTo(child, message),
      kill: () => void child.kill('SIGKILL'),
    };
  };
}

function workerEnvironment(env: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  // One libuv thread halves the time of a decode: the library makes its threads anew for every caller (PERFORMANCE).
  const { NODE_OPTIONS: _, ELECTRON_RUN_AS_NODE: __, ...rest } = env;
  return { ...rest, UV_THREADPOOL_SIZE: '1' };
}

function lowerPriority(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    // Not the lowest: beside two busy programs that leaves a worker so little that it cannot even start in time.
    os.setPriority(pid, os.constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // The process ended already, or the system does not allow it: it runs at normal priority then.
  }
}

/** Tells the listener what happens; returns whether the exit was told already. */
function watch(child: ChildProcess, listener: WorkerListener): () => boolean {
  let lastWords = '';
  let over = false;
  const end = (exit: WorkerExit): void => {
    if (over) return;
    over = true;
    listener.onExit(exit);
  };
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (piece: string) => {
    lastWords = (lastWords + piece).slice(-lastWordsLimit);
  });
  child.on('message', (message) => {
    if (!over) listener.onMessage(message);
  });
  child.on('error', (error) => {
    // Also emitted when a running child cannot be signalled; only a child without a pid never ran.
    if (child.pid === undefined) end({ code: null, signal: null, detail: error.message });
  });
  child.on('exit', (code, signal) => end({ code, signal, detail: lastWords.trim() }));
  return () => over;
}

function sendTo(child: ChildProcess, message: EngineToWorker): boolean {
  if (!child.connected) return false;
  // The exit tells what a failed write would tell; the callback keeps it from becoming an `error` event.
  child.send(message, () => {});
  return true;
}
