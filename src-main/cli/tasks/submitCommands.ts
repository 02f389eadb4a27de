import { type Command, InvalidArgumentError, Option } from 'commander';
import { taskLimits, Priority, PrivacyClass } from '#shared/domain/tasks/task.ts';
import { QualityLevel } from '#shared/domain/money/prices.ts';
import { TaskType } from '#shared/domain/tasks/taskType.ts';
import { type ProgramParts, wholeNumber } from '#main/cli/program/programParts.ts';
import type { SubmitOptions } from './submit.ts';
import { parseDuration } from '#main/cli/program/parseDuration.ts';

/** Options as commander gives them. */
interface RawSubmitOptions extends Omit<SubmitOptions, 'source' | 'deadlineMs'> {
  readonly deadline?: number;
}

/** submit, cancel. */
export function addSubmitCommands({ program, run }: ProgramParts): void {
  program
    .command('submit')
    .description('ask the swarm; Ctrl-C cancels the task')
    .argument('[source]', '- reads the prompt from stdin')
    .addOption(new Option('--type <type>', 'what is asked for').choices(TaskType.options).makeOptionMandatory())
    .option('--prompt <text>', 'the prompt itself')
    .option('--file <file>', 'file with the prompt')
    .option('--max-tokens <n>', 'longest answer', wholeNumber(1, taskLimits.outputTokens))
    .addOption(new Option('--quality <level>', 'how much is checked').choices(QualityLevel.options))
    .option('--max-credits <credits>', 'what it may cost at most')
    .option('--model <model>', 'a certain model: name or digest')
    .option('--language <language>', 'programming language, such as typescript')
    .addOption(new Option('--priority <priority>', 'before or after other tasks').choices(Priority.options))
    .option('--deadline <time>', 'give up after this: 30s, 2m, or seconds', deadline)
    .addOption(new Option('--privacy <class>', 'who may see the text').choices(PrivacyClass.options))
    .option('--title <title>', 'your own name for it')
    .option('--temperature <t>', '0 always takes the likeliest token', Number)
    .option('--stream', 'show the answer as it arrives', false)
    .option('--detach', 'print the id and leave; without a connection the task is sent later', false)
    .action(async (source: string | undefined, raw: RawSubmitOptions, command: Command) =>
      run(command, async (context) => (await import('./submit.ts')).submit(context, complete(raw, source))),
    );
  program
    .command('cancel')
    .argument('<id>', 'id of the task')
    .description('end an own task; what arrived is paid and kept')
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
  if (ms === undefined) throw new InvalidArgumentError('It must be a time such as 30s, 2m or 1h.');
  return ms;
}
