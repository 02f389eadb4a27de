import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { storageError } from './storageError.ts';

/** The parsed content; `undefined` when the file is not there or is not what it should be. */
export function readJsonFile<T>(file: string, schema: z.ZodType<T>): T | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The parsed content; `undefined` when the file is not there. Throws a SwarmError `storage_damaged` when it is not what it
 * should be.
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
    throw new SwarmError('storage_damaged', `The file ${file} cannot be read.`, { cause: error });
  }
}

/**
 * Replaces a file that only the owner may read (0600), whole or not at all.
 * Throws a SwarmError `storage_full` or `storage_read_only`.
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

/** The failure that is told is the one of the write. */
function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // What could not be written cannot always be removed either.
  }
}
