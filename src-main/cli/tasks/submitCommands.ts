import { type Command, InvalidArgumentError, Option } from 'commander';
import { taskLimits, Priority, PrivacyClass } from '#shared/domain/tasks/task.ts';
import { QualityLevel } from '#shared/domain/money/prices.ts';
import { TaskType } from '#shared/domain/tasks/taskType.ts';
import { type ProgramParts, wholeNumber } from '#main/cli/program/programParts.ts';
import type { SubmitOptions } from './submit.ts';
import { parseDuration } from '#main/cli/program/parseDuration.ts';

/** Options as parsed by commander. */
interface RawSubmitOptions extends Omit<SubmitOptions, 'source' | 'deadlineMs'> {
  readonly deadline?: number;
}

/** Adds `submit` and `cancel`. */
export function addSubmitCommands({ program, run }: ProgramParts): void {
  program
    .command('submit')
    .description('submit a task to the swarm and print its answer; Ctrl-C cancels it')
    .argument('[source]', '- reads the prompt from stdin')
    .addOption(new Option('--type <type>', 'type of the task').choices(TaskType.options).makeOptionMandatory())
    .option('--prompt <text>', 'the prompt itself')
    .option('--file <file>', 'file that contains the prompt')
    .option('--max-tokens <n>', 'maximum length of the answer', wholeNumber(1, taskLimits.outputTokens))
    .addOption(new Option('--quality <level>', 'how thoroughly the answer is checked').choices(QualityLevel.options))
    .option('--max-credits <credits>', 'maximum cost')
    .option('--model <model>', 'require this model (name or digest)')
    .option('--language <language>', 'programming language, such as typescript')
    .addOption(new Option('--priority <priority>', 'priority among other tasks').choices(Priority.options))
    .option('--deadline <time>', 'give up after this time: 30s, 2m, or seconds', deadline)
    .addOption(new Option('--privacy <class>', 'who may see the text').choices(PrivacyClass.options))
    .option('--title <title>', 'title of the task, for yourself')
    .option('--temperature <t>', 'sampling temperature; 0 always picks the most likely token', Number)
    .option('--stream', 'print the answer as it arrives', false)
    .option('--detach', 'print the id and exit; without a connection the task is sent later', false)
    .action(async (source: string | undefined, raw: RawSubmitOptions, command: Command) =>
      run(command, async (context) => (await import('./submit.ts')).submit(context, complete(raw, source))),
    );
  program
    .command('cancel')
    .argument('<id>', 'id of the task')
    .description('cancel one of your tasks; the part of the answer that arrived is kept and paid')
    .action(async (id: string, _options, command: Command) =>
      run(command, async (context) => (await import('./cancel.ts')).cancel(context, id)),
    );
}

function complete({ deadline: deadlineMs, ...rest }: RawSubmitOptions, source: string | undefined): SubmitOptions {
  return {
    ...rest,
    ...(source === undefined ? {} : { source }),
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
  };
}

function deadline(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('Must be a time such as 30s, 2m or 1h.');
  return ms;
}
