import type { SenseName, SessionReport } from '#shared/api/contributionSettings.ts';
import { nothingSeen, type SenseReadings } from './SenseReadings.ts';

/** Reads the sensors of the machine, for the owner's rules. */
export interface Senses {
  /** The latest readings. */
  readings(): SenseReadings;
  /** Reads these sensors from now on and no others; `often` while work may disturb somebody. */
  look(needs: ReadonlySet<SenseName>, often: boolean): void;
  /** Takes a report of the desktop shell, which sees the person; it takes precedence over the sensors. */
  report(report: SessionReport): void;
  onChange(listener: () => void): () => void;
}

/** Knows nothing of the machine; an unknown reading never pauses work. */
export const noSenses: Senses = {
  readings: () => nothingSeen,
  look: () => {},
  report: () => {},
  onChange: () => () => {},
};
