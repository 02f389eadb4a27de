import { type Command, InvalidArgumentError } from 'commander';
import { TaskType } from '#shared/domain/tasks/taskType.ts';
import type { AdmitOptions } from './admitModel.ts';
import type { ProgramParts } from '#main/cli/program/programParts.ts';

interface DataOption {
  readonly data?: string;
}

const folder = ['--data <dir>', 'folder of the coordinator (default: coordinator/ in the data folder)'] as const;

/** coordinator models list|add|remove: also while the coordinator runs, which takes changes up at its next start. */
export function addCoordinatorModelsCommands(coordinator: Command, run: ProgramParts['run']): void {
  const models = coordinator
    .command('models')
    .description('which models may serve paid tasks; restart the coordinator to use a change');
  models
    .command('list')
    .description('every model that may serve paid tasks, and who admitted it')
    .option(...folder)
    .action(async ({ data }: DataOption, command: Command) =>
      run(command, async (context) => (await import('./admittedModels.ts')).listAdmitted(context, data)),
    );
  models
    .command('add')
    .argument('<source>', "id of the app's catalogue, a GGUF file, https:// address, or hf:owner/repository/file.gguf")
    .description('admit a model; of a file on a hub only the header is read')
    .option(...folder)
    .option('--types <types>', 'what it is for, such as code_completion,chat (default: as the catalogue says)', types)
    .option('--name <name>', 'name for people')
    .option('--languages <languages>', 'programming languages it was made for (default: any)', words)
    .option('--licence <id>', 'SPDX identifier (default: as the catalogue or the file says)')
    .option('--hub <address>', 'a mirror of the hub', address)
    .action(async (source: string, options: AdmitOptions, command: Command) =>
      run(command, async (context) => (await import('./admitModel.ts')).admitModel(context, source, options)),
    );
  models
    .command('remove')
    .argument('<model>', 'id or digest of a model that was added')
    .description('admit a model no longer')
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
  if (!parsed.success) throw new InvalidArgumentError(`They must be of: ${TaskType.options.join(', ')}.`);
  return [...new Set(parsed.data)];
}

function address(text: string): string {
  const url = URL.parse(text);
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new InvalidArgumentError('It must be a web address.');
  }
  return text;
}
