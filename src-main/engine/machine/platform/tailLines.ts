import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Assumed length of a line, which limits how much is read. */
const bytesPerLine = 600;

/** The last `count` lines of a file, oldest first; fewer when lines are long, none when it cannot be read. */
export function tailLines(file: string, count: number): string[] {
  try {
    const handle = openSync(file, 'r');
    try {
      const { size } = fstatSync(handle);
      const length = Math.min(size, count * bytesPerLine);
      const piece = Buffer.alloc(length);
      readSync(handle, piece, 0, length, size - length);
      const lines = piece.toString('utf8').split('\n').filter(Boolean);
      // The first line may be incomplete.
      return (length < size ? lines.slice(1) : lines).slice(-count);
    } finally {
      closeSync(handle);
    }
  } catch {
    return [];
  }
}
