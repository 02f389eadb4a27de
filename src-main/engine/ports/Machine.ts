import type { GraphicsShare } from '#shared/domain/models/graphicsPlan.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { SystemSource } from './HardwareSource.ts';
import type { WorkerLauncher } from './WorkerLauncher.ts';

/** The machine as the benchmark measures it. */
export interface MeasuredMachine {
  /** Starts throw-away workers. */
  readonly launcher: () => Promise<WorkerLauncher>;
  /** Physical cores that inference may use. */
  readonly cores: () => Promise<number>;
  /** The card that models are measured on; null without one. */
  readonly graphics: () => Promise<GraphicsShare | null>;
  /** Bytes that are free now. */
  readonly availableBytes: () => number;
  /** Bytes that a model takes with so many tokens of context in all. */
  readonly memoryFor: (model: InstalledModel, contextTokens: number) => number;
  /** Percent of all processors in use now; null when the system does not tell. */
  readonly otherLoad: () => Promise<number | null>;
  /** Incompressible text of so many bytes, for measuring the link to the coordinator. */
  readonly filler: (bytes: number) => string;
}

/** The machine, to be looked up and measured. */
export interface Machine {
  readonly source: SystemSource;
  readonly measured: MeasuredMachine;
}

const refuse = (): Promise<never> =>
  Promise.reject(new SwarmError('unsupported', 'Nothing can be looked up or measured here.'));

/** A machine that tells nothing about itself. */
export const unknownMachine: Machine = {
  source: {
    cpu: refuse,
    memory: refuse,
    gpus: refuse,
    system: refuse,
    disk: refuse,
    virtual: refuse,
    battery: refuse,
    network: refuse,
  },
  measured: {
    launcher: refuse,
    cores: refuse,
    graphics: () => Promise.resolve(null),
    // Memory that nobody can tell about never unloads a model.
    availableBytes: () => Number.POSITIVE_INFINITY,
    memoryFor: () => Number.POSITIVE_INFINITY,
    otherLoad: () => Promise.resolve(null),
    filler: (bytes) => ''.padEnd(bytes, 'x'),
  },
};
