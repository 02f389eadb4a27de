/** How to reach a running engine. */
export interface RunningEngine {
  readonly home: string;
  readonly port: number;
  readonly secret: string;
  /** False when it was already running, for example headless; the shell must not stop it then. */
  readonly ours: boolean;
}

export interface EngineExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** Why it failed, in its own words, for people; empty when it wrote nothing. */
  readonly lastWords: string;
}

/** A supervised engine process. */
export interface EngineProcess {
  /** Resolves when the engine accepts connections; stays pending when it exits before. */
  readonly ready: Promise<RunningEngine>;
  /** Resolves when the process has exited; never rejects. */
  readonly exited: Promise<EngineExit>;
  /** Closes its standard input, upon which the engine stops. */
  endInput(): void;
  /** Kills the process at once. */
  kill(): void;
}
