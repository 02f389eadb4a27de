import type { GraphicsShare } from '#shared/domain/models/graphicsPlan.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import type { SystemSource } from './HardwareSource.ts';
import type { WorkerLauncher } from './inference/WorkerLauncher.ts';

/** The machine to measure. */
export interface MeasuredMachine {
  /** Launches the worker processes of the benchmark. */
  readonly launcher: () => Promise<WorkerLauncher>;
  /** Physical cores that inference may use. */
  readonly cores: () => Promise<number>;
  /** The graphics card on which models are measured; null without one. */
  readonly graphics: () => Promise<GraphicsShare | null>;
  /** Free main memory, in bytes. */
  readonly availableBytes: () => number;
  /** Memory of a model with a context of this many tokens in total, in bytes. */
  readonly memoryFor: (model: InstalledModel, contextTokens: number) => number;
  /** Processor load of other programs, in percent of all processors; null when unknown. */
  readonly otherLoad: () => Promise<number | null>;
  /** Incompressible text of the given length, for measuring the connection. */
  readonly filler: (bytes: number) => string;
}

/** The machine, to be looked up and measured. */
export interface Machine {
  readonly source: SystemSource;
  readonly measured: MeasuredMachine;
}
