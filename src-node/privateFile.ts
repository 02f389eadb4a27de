import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { storageError } from './storageError.ts';

/** Reads and validates a JSON file; undefined when it does not exist or is invalid. */
export function readJsonFile<T>(file: string, schema: z.ZodType<T>): T | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads and validates a JSON file; undefined when it does not exist. Throws a SwarmError `storage_damaged` when it is
 * invalid.
 */
export function readSoundJson<T>(file: string, schema: z.ZodType<T>): T | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw storageError(error);
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new SwarmError('storage_damaged', `The file ${file} is damaged.`, { cause: error });
  }
}

/**
 * Atomically replaces a JSON file that only the owner may read (mode 0600). Throws a SwarmError `storage_full` or
 * `storage_read_only`.
 */
export function writeJsonFile(file: string, value: unknown): void {
  const unfinished = `${file}.${process.pid}.new`;
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const handle = openSync(unfinished, 'w', 0o600);
    try {
      writeFileSync(handle, `${JSON.stringify(value)}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(unfinished, file);
  } catch (error) {
    removeQuietly(unfinished);
    throw storageError(error);
  }
}

/** Deletes a file, ignoring failures: the error of the write is the one to report. */
function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Whatever prevented the write may prevent this as well.
  }
}
