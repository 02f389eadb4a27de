import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '#main/cli/program/parseDuration.ts';
import type { ProgramParts } from '#main/cli/program/programParts.ts';

const longestMs = 7 * 86_400_000;

/** pause, resume. */
export function addPauseCommands({ program, run }: ProgramParts): void {
  program
    .command('pause')
    .description('stop working for others until you resume; your own tasks go on')
    .option('--for <duration>', 'only for so long: 15m, 1h, 2d', duration)
    .addOption(new Option('--until <when>', 'until the next morning').choices(['tomorrow']).conflicts('for'))
    .option('--finish', 'finish the tasks that run; without it others go on with them', false)
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
  if (ms === undefined || ms < 1000 || ms > longestMs) {
    throw new InvalidArgumentError('It must be between 1s and 7d, such as 15m, 1h or 2d.');
  }
  return ms;
}
