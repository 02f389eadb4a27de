import type { SenseReadings } from '#engine/ports/SenseReadings.ts';
import type { Decision, OwnersWish } from './Decision.ts';

/** Everything that the decision depends on beside the settings and the time. */
export interface MachineState extends SenseReadings {
  readonly wish: OwnersWish;
  /** The decision in force and since when it has its name (UTC ms), so that states do not flap; null at the beginning. */
  readonly previous: { readonly decision: Decision; readonly since: number } | null;
  /** An instant as the owner writes it, such as "18:00". */
  readonly clockTime: (at: number) => string;
}
