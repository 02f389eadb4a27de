import type { Command } from 'commander';
import { type ProgramParts, wholeNumber } from '#main/cli/program/programParts.ts';

/** Adds `tasks`, `earnings` and `reputation`; they also work without a running engine. */
export function addReadingCommands({ program, run }: ProgramParts): void {
  const tasks = program
    .command('tasks')
    .description('list your tasks and the work done for others, newest first')
    .option('--limit <n>', 'maximum number of tasks', wholeNumber(1, 100_000), 500)
    .action(async (options: { limit: number }, command: Command) =>
      run(command, async (context) => (await import('./tasks.ts')).tasks(context, options)),
    );
  tasks
    .command('show')
    .argument('<id>', 'id of the task')
    .description('show all that is stored about a task')
    .action(async (id: string, _options, command: Command) =>
      run(command, async (context) => (await import('./tasks.ts')).showTask(context, id)),
    );
  tasks
    .command('forget')
    .argument('<id>', 'id of one of your finished tasks')
    .description('delete its prompt and answer, here and at the coordinator; its figures stay')
    .action(async (id: string, _options, command: Command) =>
      run(command, async (context) => (await import('./forgetTask.ts')).forgetTask(context, id)),
    );
  program
    .command('earnings')
    .description('show the balance and its parts')
    .action(async (_options, command: Command) =>
      run(command, async (context) => (await import('./earnings.ts')).earnings(context)),
    );
  program
    .command('reputation')
    .description("show this node's score, level and their parts")
    .action(async (_options, command: Command) =>
      run(command, async (context) => (await import('./reputation.ts')).reputation(context)),
    );
}
