import type { Reading } from '#engine/ports/SenseReadings.ts';

/** Reads one fact about the machine. Never rejects: a failure is an unknown reading. */
export interface Sensor<T> {
  read(): Promise<Reading<T>>;
}
