import type { EngineToWorker } from '#shared/worker/EngineToWorker.ts';
import type { WorkerPermissions } from './WorkerPermissions.ts';

/** How a worker process ended. `detail` is the end of its error output, or why it was killed; never text of a task. */
export interface WorkerExit {
  readonly code: number | null;
  readonly signal: string | null;
  readonly detail: string;
}

export interface WorkerListener {
  /** Receives a message as it came, not yet validated. */
  readonly onMessage: (message: unknown) => void;
  /** Called exactly once; no message follows. */
  readonly onExit: (exit: WorkerExit) => void;
}

/** One running worker process. */
export interface WorkerHandle {
  /** Process id; null when the process could not be started. */
  readonly pid: number | null;
  /** Returns false when the channel is already closed; true does not guarantee delivery. */
  readonly send: (message: EngineToWorker) => boolean;
  /** Kills the process at once. Idempotent. */
  readonly kill: () => void;
}

/** Starts worker processes. Every outcome, a failed start too, is reported through the listener. */
export interface WorkerLauncher {
  readonly launch: (listener: WorkerListener, permissions: WorkerPermissions) => WorkerHandle;
}
