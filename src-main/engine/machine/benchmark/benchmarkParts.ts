import type { Clock } from '#shared/util/clock.ts';
import type { MeasuredMachine } from '#engine/ports/Machine.ts';
import type { ProbedLink } from './measureLink.ts';

/** Everything that one run needs. */
export interface RunParts {
  readonly clock: Clock;
  readonly machine: MeasuredMachine;
  /** The data folder, whose volume is measured. */
  readonly home: string;
  /** The open connection; null without one. */
  readonly link: () => ProbedLink | null;
}
