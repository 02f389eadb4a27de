import type { Reading } from '#engine/ports/SenseReadings.ts';

/** One thing about the machine that can be looked at. Never rejects: a failure is a reading too. */
export interface Sensor<T> {
  read(): Promise<Reading<T>>;
}
