import path from 'node:path';
import type { CommandContext } from '#main/cli/program/CommandContext.ts';

/** Absolute data folder of a coordinator: the given one, by default `coordinator/` in the user's data folder. */
export function coordinatorFolder({ home }: CommandContext, named: string | undefined): string {
  return path.resolve(named ?? path.join(home, 'coordinator'));
}
