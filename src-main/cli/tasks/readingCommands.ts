import type { Command } from 'commander';
import { type ProgramParts, wholeNumber } from '#main/cli/program/programParts.ts';

/** tasks, earnings, reputation: also without a running engine. */
export function addReadingCommands({ program, run }: ProgramParts): void {
  const tasks = program
    .command('tasks')
    .description('your tasks and the work done for others, newest first')
    .option('--limit <n>', 'at most so many', wholeNumber(1, 100_000), 500)
    .action(async (options: { limit: number }, command: Command) =>
      run(command, async (context) => (await import('./tasks.ts')).tasks(context, options)),
    );
  tasks
    .command('show')
    .argument('<id>', 'id of the task')
    .description('everything that is kept about one task')
    .action(async (id: string, _options, command: Command) =>
      run(command, async (context) => (await import('./tasks.ts')).showTask(context, id)),
    );
  tasks
    .command('forget')
    .argument('<id>', 'id of an own task that is over')
    .description('delete its prompt and answer, at the coordinator and here; what it took and cost stays')
    .action(async (id: string, _options, command: Command) =>
      run(command, async (context) => (await import('./forgetTask.ts')).forgetTask(context, id)),
    );
  program
    .command('earnings')
    .description('balance, and what it is made of')
    .action(async (_options, command: Command) =>
      run(command, async (context) => (await import('./earnings.ts')).earnings(context)),
    );
  program
    .command('reputation')
    .description('score, level and layers of this node')
    .action(async (_options, command: Command) =>
      run(command, async (context) => (await import('./reputation.ts')).reputation(context)),
    );
}
