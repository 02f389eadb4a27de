import type { SenseReadings } from '#engine/ports/SenseReadings.ts';
import type { Decision, OwnersWish } from './Decision.ts';

/** The facts for a decision, beside the settings and the time. */
export interface MachineState extends SenseReadings {
  readonly wish: OwnersWish;
  /** The decision in force, and since when it has its name (UTC ms); null before the first one. */
  readonly previous: { readonly decision: Decision; readonly since: number } | null;
  /** Writes an instant as the owner would, such as "18:00". */
  readonly clockTime: (at: number) => string;
}
