import { type Command, InvalidArgumentError } from 'commander';
import { TaskType } from '#shared/domain/tasks/taskType.ts';
import type { AdmitOptions } from './admitModel.ts';
import type { ProgramParts } from '#main/cli/program/programParts.ts';

interface DataOption {
  readonly data?: string;
}

const folder = ['--data <dir>', 'folder of the coordinator (default: coordinator/ in the data folder)'] as const;

/**
 * Adds `coordinator models list|add|remove`. They also work while the coordinator runs; it applies changes after a
 * restart.
 */
export function addCoordinatorModelsCommands(coordinator: Command, run: ProgramParts['run']): void {
  const models = coordinator
    .command('models')
    .description(
      'list or change the models that may serve paid tasks; changes apply after a restart of the coordinator',
    );
  models
    .command('list')
    .description('list the models that may serve paid tasks, and who admitted each')
    .option(...folder)
    .action(async ({ data }: DataOption, command: Command) =>
      run(command, async (context) => (await import('./admittedModels.ts')).listAdmitted(context, data)),
    );
  models
    .command('add')
    .argument(
      '<source>',
      "an id in the app's catalogue, a GGUF file, an https:// address, or hf:owner/repository/file.gguf",
    )
    .description('admit a model; only the header of a file on a hub is read')
    .option(...folder)
    .option('--types <types>', 'task types, such as code_completion,chat (default: from the catalogue)', types)
    .option('--name <name>', 'display name')
    .option('--languages <languages>', 'programming languages it is made for (default: any)', words)
    .option('--licence <id>', 'SPDX identifier (default: from the catalogue or the file)')
    .option('--hub <address>', 'address of a mirror of the hub', address)
    .action(async (source: string, options: AdmitOptions, command: Command) =>
      run(command, async (context) => (await import('./admitModel.ts')).admitModel(context, source, options)),
    );
  models
    .command('remove')
    .argument('<model>', 'id or digest of an added model')
    .description('stop admitting a model')
    .option(...folder)
    .action(async (model: string, { data }: DataOption, command: Command) =>
      run(command, async (context) => (await import('./admittedModels.ts')).removeAdmitted(context, model, data)),
    );
}

function words(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== '');
}

function types(text: string): TaskType[] {
  const parsed = TaskType.array().min(1).safeParse(words(text));
  if (!parsed.success) throw new InvalidArgumentError(`Must be one or more of: ${TaskType.options.join(', ')}.`);
  return [...new Set(parsed.data)];
}

function address(text: string): string {
  const url = URL.parse(text);
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new InvalidArgumentError('Must be a web address.');
  }
  return text;
}
