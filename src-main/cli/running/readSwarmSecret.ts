import { readFile } from 'node:fs/promises';
import type { CommandContext } from '#main/cli/program/CommandContext.ts';
import { UsageError } from '#main/cli/program/UsageError.ts';

/**
 * Reads the secret of a private swarm from a file or OPEN_SWARM_SECRET; empty without either, because invite links
 * contain it.
 */
export async function readSwarmSecret(
  context: CommandContext,
  file: string | undefined,
): Promise<{ secret: string } | Record<string, never>> {
  const named = context.env['OPEN_SWARM_SECRET'];
  if (file === undefined) return named === undefined || named === '' ? {} : { secret: named };
  try {
    return { secret: (await readFile(file, 'utf8')).trim() };
  } catch (cause) {
    throw new UsageError(`Cannot read the file ${file}.`, { cause });
  }
}
