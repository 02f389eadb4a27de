import { spawn, type ChildProcess } from 'node:child_process';
import { realpathSync } from 'node:fs';
import os from 'node:os';
import type { Clock } from '#shared/util/clock.ts';
import type { EngineToWorker } from '#shared/worker/EngineToWorker.ts';
import { applyFences, type Fence } from '#engine/inference/confinement/fences.ts';
import { memoryLimits } from '#engine/inference/confinement/memoryLimits.ts';
import { MemoryWatch, residentBytesOf } from '#engine/inference/confinement/MemoryWatch.ts';
import { workerEnvironment } from '#engine/inference/confinement/workerEnvironment.ts';
import { workerFlags } from '#engine/inference/confinement/workerFlags.ts';
import type { WorkerPermissions } from '#engine/ports/inference/WorkerPermissions.ts';
import type {
  WorkerExit,
  WorkerHandle,
  WorkerLauncher,
  WorkerListener,
} from '#engine/ports/inference/WorkerLauncher.ts';

export interface ProcessWorkerOptions {
  /** Path of the Node 24 executable, never Electron's. */
  readonly nodeExecutable: string;
  /** File that starts the worker. */
  readonly entryPoint: string;
  /** Files and folders that every worker may read: its own code. */
  readonly code: readonly string[];
  readonly clock: Clock;
  /** Restrictions of the operating system for each worker, outermost first; none by default. */
  readonly fences?: readonly Fence[];
  /** The environment from which a few variables are inherited; by default this process's own. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Characters of error output that are kept for the exit report. */
const errorOutputLimit = 2000;

/**
 * Starts workers as child processes of plain Node at below-normal priority. Each may read only its code and its model,
 * and is killed when it exceeds its memory reservation by too much.
 */
export class ProcessWorkerLauncher implements WorkerLauncher {
  readonly #options: ProcessWorkerOptions;
  /** Both the given paths and what symbolic links resolve to, because Node checks the resolved path. */
  readonly #code: readonly string[];

  constructor(options: ProcessWorkerOptions) {
    this.#options = options;
    this.#code = options.code.flatMap((file) => [file, realPath(file)]);
  }

  readonly launch = (listener: WorkerListener, permissions: WorkerPermissions): WorkerHandle => {
    const { nodeExecutable, entryPoint, clock, fences = [], env = process.env } = this.#options;
    const flags = workerFlags({ code: this.#code, permissions, platform: process.platform });
    const words = [...fences.flatMap((fence) => fence.command(permissions)), nodeExecutable, ...flags, entryPoint];
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
    let killReason = '';
    const kill = (reason: string): void => {
      killReason = reason;
      child.kill('SIGKILL');
    };
    const releaseFences = applyOrKill(child, { fences, permissions }, kill);
    const memory = watchMemory(child, { clock, permissions }, kill);
    const hasExited = forward(child, {
      onMessage: listener.onMessage,
      onExit: (exit) => {
        memory?.stop();
        releaseFences();
        listener.onExit(killReason === '' ? exit : { ...exit, detail: killReason });
      },
    });
    return {
      pid: child.pid ?? null,
      send: (message) => !hasExited() && sendTo(child, message),
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

/** Applies the fences, or kills the child when one fails: no worker runs unconfined. Returns what releases them. */
function applyOrKill(
  child: ChildProcess,
  { fences, permissions }: { fences: readonly Fence[]; permissions: WorkerPermissions },
  kill: (reason: string) => void,
): () => void {
  if (child.pid === undefined) return () => {};
  try {
    return applyFences(fences, child.pid, permissions);
  } catch (error) {
    kill(`It could not be confined: ${error instanceof Error ? error.message : String(error)}`);
    return () => {};
  }
}

/** Kills the child when it takes too much memory. */
function watchMemory(
  child: ChildProcess,
  { clock, permissions: { memoryBytes } }: { clock: Clock; permissions: WorkerPermissions },
  kill: (reason: string) => void,
): MemoryWatch | null {
  const { pid } = child;
  if (pid === undefined) return null;
  return new MemoryWatch({
    clock,
    limitBytes: memoryLimits(memoryBytes).residentBytes,
    residentBytes: () => residentBytesOf(pid),
    onExceeded: (bytes) => kill(`It used ${inMebibytes(bytes)} of memory; ${inMebibytes(memoryBytes)} were reserved.`),
  });
}

function inMebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}

function lowerPriority(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    // Not the lowest priority: beside two busy programs a worker would be starved and not even start in time.
    os.setPriority(pid, os.constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // The process has exited already, or the system refuses; it then runs at normal priority.
  }
}

/** Forwards the child's messages and its exit to the listener. Returns whether the exit was reported. */
function forward(child: ChildProcess, listener: WorkerListener): () => boolean {
  let errorOutput = '';
  let hasExited = false;
  const end = (exit: WorkerExit): void => {
    if (hasExited) return;
    hasExited = true;
    listener.onExit(exit);
  };
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (piece: string) => {
    errorOutput = (errorOutput + piece).slice(-errorOutputLimit);
  });
  child.on('message', (message) => {
    if (!hasExited) listener.onMessage(message);
  });
  child.on('error', (error) => {
    // Also emitted when a running child cannot be signalled; only a child without a pid never ran.
    if (child.pid === undefined) end({ code: null, signal: null, detail: error.message });
  });
  child.on('exit', (code, signal) => end({ code, signal, detail: errorOutput.trim() }));
  return () => hasExited;
}

function sendTo(child: ChildProcess, message: EngineToWorker): boolean {
  if (!child.connected) return false;
  // A failed write shows as an exit anyway; the callback keeps it from being emitted as an `error` event.
  child.send(message, () => {});
  return true;
}
