import { spawn, type ChildProcess } from 'node:child_process';
import { realpathSync } from 'node:fs';
import os from 'node:os';
import type { Clock } from '#shared/util/clock.ts';
import type { EngineToWorker } from '#shared/worker/EngineToWorker.ts';
import { encloseProcess } from '#engine/inference/confinement/encloseProcess.ts';
import type { Enclosure } from '#engine/inference/confinement/Enclosure.ts';
import type { Fence } from '#engine/inference/confinement/fences.ts';
import { memoryLimits } from '#engine/inference/confinement/memoryLimits.ts';
import { MemoryWatch, residentBytesOf } from './MemoryWatch.ts';
import { workerEnvironment } from './workerEnvironment.ts';
import { workerFlags } from './workerFlags.ts';
import type {
  WorkerExit,
  WorkerHandle,
  WorkerLauncher,
  WorkerListener,
  WorkerRoom,
} from '#engine/ports/WorkerLauncher.ts';

export interface ProcessWorkerOptions {
  /** Plain Node 24, never Electron's binary. */
  readonly nodeExecutable: string;
  /** File that starts the worker. */
  readonly entryPoint: string;
  /** Files and folders that every worker may read: its own code. */
  readonly code: readonly string[];
  readonly clock: Clock;
  /** What the system puts around each worker, outermost first. */
  readonly fences?: readonly Fence[];
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const lastWordsLimit = 2000;

/**
 * Starts workers as child processes of plain Node, below normal priority, confined: each reads its code and its model,
 * and is ended when it takes much more memory than was reserved for it.
 */
export class ProcessWorkerLauncher implements WorkerLauncher {
  readonly #options: ProcessWorkerOptions;
  /** Also under the names that links lead to: that is what Node asks for. */
  readonly #code: readonly string[];

  constructor(options: ProcessWorkerOptions) {
    this.#options = options;
    this.#code = options.code.flatMap((file) => [file, realPath(file)]);
  }

  readonly launch = (listener: WorkerListener, room: WorkerRoom): WorkerHandle => {
    const { nodeExecutable, entryPoint, clock, fences = [], env = process.env } = this.#options;
    const flags = workerFlags({ code: this.#code, room, platform: process.platform });
    const words = [...fences.flatMap((fence) => fence.command(room)), nodeExecutable, ...flags, entryPoint];
    const [command = nodeExecutable, ...args] = words;
    const child = spawn(command, args, {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: workerEnvironment(
        env,
        fences.flatMap((fence) => fence.env),
      ),
      windowsHide: true,
      detached: fences.some(({ detached }) => detached),
    });
    lowerPriority(child.pid);
    let reason = '';
    const end = (why: string): void => {
      reason = why;
      child.kill('SIGKILL');
    };
    const enclosure = encloseChild(child, { fences, room }, end);
    const memory = watchMemory(child, { clock, room }, end);
    const isOver = watch(child, {
      onMessage: listener.onMessage,
      onExit: (exit) => {
        memory?.stop();
        enclosure?.close();
        listener.onExit(reason === '' ? exit : { ...exit, detail: reason });
      },
    });
    return {
      pid: child.pid ?? null,
      send: (message) => !isOver() && sendTo(child, message),
      kill: () => void child.kill('SIGKILL'),
    };
  };
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

/** Puts around a child what holds it; one that cannot be held must not run. */
function encloseChild(
  child: ChildProcess,
  { fences, room }: { fences: readonly Fence[]; room: WorkerRoom },
  end: (words: string) => void,
): Enclosure | null {
  if (child.pid === undefined) return null;
  try {
    return encloseProcess(fences, child.pid, room);
  } catch (error) {
    end(`It could not be confined: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

/** Ends a child that takes too much, and says so in words. */
function watchMemory(
  child: ChildProcess,
  { clock, room }: { clock: Clock; room: WorkerRoom },
  end: (words: string) => void,
): MemoryWatch | null {
  const { pid } = child;
  if (pid === undefined) return null;
  return new MemoryWatch({
    clock,
    mostBytes: memoryLimits(room.memoryBytes).residentBytes,
    residentBytes: () => residentBytesOf(pid),
    onTooMuch: (bytes) =>
      end(`It took ${inMebibytes(bytes)} of memory, and ${inMebibytes(room.memoryBytes)} were reserved for it.`),
  });
}

function inMebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
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
