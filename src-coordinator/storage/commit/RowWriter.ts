import type { Write } from './UnitOfWork.ts';

/** Puts the writes of one unit of work on the disk, all or none. */
export interface RowWriter {
  /**
   * One transaction, on the disk when this returns or resolves. Throws or rejects with SQLite's error, and then nothing
   * was written. Called again only when the last one is over.
   */
  write(writes: readonly Write[]): void | Promise<void>;
  close(): Promise<void>;
}
