import type { Clock } from '#shared/util/clock.ts';
import type { MeasuredMachine } from '#engine/ports/Machine.ts';
import type { ProbedLink } from './probes/measureLink.ts';

/** The parts of one benchmark. */
export interface RunParts {
  readonly clock: Clock;
  readonly machine: MeasuredMachine;
  /** The data folder; the disk that holds it is measured. */
  readonly home: string;
  /** The connection to the coordinator; null without one. */
  readonly link: () => ProbedLink | null;
}
