import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '#main/cli/program/parseDuration.ts';
import type { ProgramParts } from '#main/cli/program/programParts.ts';

const maxMs = 7 * 86_400_000;

/** Adds `pause` and `resume`. */
export function addPauseCommands({ program, run }: ProgramParts): void {
  program
    .command('pause')
    .description('stop working for others until you resume; your own tasks continue')
    .option('--for <duration>', 'pause only for this long: 15m, 1h, 2d', duration)
    .addOption(new Option('--until <when>', 'pause until the next morning').choices(['tomorrow']).conflicts('for'))
    .option('--finish', 'finish running tasks instead of handing them over to other nodes', false)
    .action(async (options: { for?: number; until?: 'tomorrow'; finish: boolean }, command: Command) =>
      run(command, async (context) => (await import('./pause.ts')).pause(context, options)),
    );
  program
    .command('resume')
    .description('end a pause')
    .action(async (_options, command: Command) =>
      run(command, async (context) => (await import('./pause.ts')).resume(context)),
    );
}

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms < 1000 || ms > maxMs) {
    throw new InvalidArgumentError('Must be between 1s and 7d, such as 15m, 1h or 2d.');
  }
  return ms;
}
