/** How to reach an engine that runs. */
export interface RunningEngine {
  readonly home: string;
  readonly port: number;
  readonly secret: string;
  /** False when it was running already, for example headless: then it is not ours to stop. */
  readonly ours: boolean;
}

export interface EngineExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** The last line that it wrote about itself, for people; empty when it wrote none. */
  readonly lastWords: string;
}

/** An engine process that somebody supervises. */
export interface EngineProcess {
  /** Resolves when it serves; stays pending when it ends before. */
  readonly ready: Promise<RunningEngine>;
  /** Resolves when the process is gone; never rejects. */
  readonly exited: Promise<EngineExit>;
  /** Closes its parent's pipe: the engine finishes what it must and ends. */
  endInput(): void;
  /** Ends it at once. */
  kill(): void;
}
