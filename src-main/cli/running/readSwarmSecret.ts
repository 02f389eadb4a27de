import { readFile } from 'node:fs/promises';
import type { CommandContext } from '#main/cli/program/CommandContext.ts';
import { WrongUseError } from '#main/cli/program/WrongUseError.ts';

/** The secret of a private swarm: from a file or OPEN_SWARM_SECRET; an invite link carries its own. */
export async function readSwarmSecret(
  context: CommandContext,
  file: string | undefined,
): Promise<{ secret: string } | Record<string, never>> {
  const named = context.env['OPEN_SWARM_SECRET'];
  if (file === undefined) return named === undefined || named === '' ? {} : { secret: named };
  try {
    return { secret: (await readFile(file, 'utf8')).trim() };
  } catch (cause) {
    throw new WrongUseError(`The file ${file} cannot be read.`, { cause });
  }
}
