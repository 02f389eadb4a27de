/** The files and resources that one worker may use. */
export interface WorkerPermissions {
  /** The only file it may read beside its own code; null when it needs no model. */
  readonly modelPath: string | null;
  /** Memory reserved for it, in bytes; `memoryLimits` says how far it may exceed this before it is killed. */
  readonly memoryBytes: number;
  /** Whether it may load the drivers of a graphics card. */
  readonly graphics: boolean;
}
