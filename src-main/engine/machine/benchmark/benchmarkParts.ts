import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import type { GraphicsShare } from '#shared/domain/models/graphicsPlan.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { WorkerLauncher } from '#engine/inference/process/WorkerLauncher.ts';
import type { ProbedLink } from './measureLink.ts';

/** The machine that is measured. */
export interface MeasuredMachine {
  /** What starts throw-away workers. */
  readonly launcher: () => Promise<WorkerLauncher>;
  /** Physical cores that inference may use. */
  readonly cores: () => Promise<number>;
  /** The card that models are measured on; null without one. */
  readonly graphics: () => Promise<GraphicsShare | null>;
  /** Bytes that are free now. */
  readonly availableBytes: () => number;
  /** What a model takes with so many tokens of context in all. */
  readonly memoryFor: (model: InstalledModel, contextTokens: number) => number;
  /** Percent of all processors that is used now; null when the system does not tell. */
  readonly otherLoad: () => Promise<number | null>;
  /** Filler for the way to the coordinator that does not get smaller on its way. */
  readonly filler: (bytes: number) => string;
}

/** Everything that one run needs. */
export interface RunParts {
  readonly clock: Clock;
  readonly machine: MeasuredMachine;
  /** The data folder, whose volume is measured. */
  readonly home: string;
  /** The open connection; null without one. */
  readonly link: () => ProbedLink | null;
}
