import type { EngineToWorker } from '#shared/worker/EngineToWorker.ts';

/** How a worker process ended; `detail` holds its last words, never texts of tasks. */
export interface WorkerExit {
  readonly code: number | null;
  readonly signal: string | null;
  readonly detail: string;
}

export interface WorkerListener {
  /** A message as it came, not yet checked. */
  readonly onMessage: (message: unknown) => void;
  /** Exactly once; nothing is heard afterwards. */
  readonly onExit: (exit: WorkerExit) => void;
}

/** One running worker. */
export interface WorkerHandle {
  /** Process id, or null when it could not be started. */
  readonly pid: number | null;
  /** False when the channel is closed already; a true promises nothing about arrival. */
  readonly send: (message: EngineToWorker) => boolean;
  /** Ends the process at once. Calling it again does nothing. */
  readonly kill: () => void;
}

/** What a worker is for, and so what it may reach and take. */
export interface WorkerRoom {
  /** The one file that it may read beside its own code; null when it needs no model. */
  readonly modelPath: string | null;
  /** Bytes that are reserved for it; one that takes much more is ended. */
  readonly memoryBytes: number;
  /** It may look for a graphics card. */
  readonly graphics: boolean;
}

/** Starts workers. What happens is always told through the listener, a failed start too. */
export interface WorkerLauncher {
  readonly launch: (listener: WorkerListener, room: WorkerRoom) => WorkerHandle;
}
