import { type Command, InvalidArgumentError } from 'commander';
import { ModelDigest } from '#shared/domain/ids.ts';
import { type ProgramParts } from '#main/cli/program/programParts.ts';
import { parseRate } from './parseRate.ts';

interface PullOptions {
  readonly sha256?: string;
  readonly limit?: number;
}

/** models, models list|show|files|pull|add|token|remove|verify: also without a running engine. */
export function addModelsCommands({ program, run }: ProgramParts): void {
  const models = program
    .command('models')
    .description('models of this machine, and what the catalogue offers')
    .action(async (_options, command: Command) =>
      run(command, async (context) => (await import('./listModels.ts')).models(context)),
    );
  models
    .command('list')
    .description('installed models; with --all everything that can be downloaded, and whether it would run here')
    .option('--all', 'the catalogue too', false)
    .action(async ({ all }: { all: boolean }, command: Command) =>
      run(command, async (context) =>
        all ? (await import('./catalogue.ts')).catalogue(context) : (await import('./listModels.ts')).models(context),
      ),
    );
  models
    .command('catalogue')
    .description('the list of models that can be downloaded')
    .command('update')
    .argument('<source>', 'a signed catalogue: a file, or its https:// address')
    .description('use a newer catalogue of the publisher from the next start on')
    .action(async (source: string, _options, command: Command) =>
      run(command, async (context) => (await import('./updateCatalogue.ts')).updateCatalogue(context, source)),
    );
  models
    .command('show')
    .argument('<model>', 'name, id or digest; of the catalogue, or an address too')
    .description('everything about one model, and whether it runs well here')
    .action(async (model: string, _options, command: Command) =>
      run(command, async (context) => (await import('./showModel.ts')).showModel(context, model)),
    );
  models
    .command('pull')
    .argument('<source>', 'id of the catalogue, https:// address, or hf:owner/repository/file.gguf')
    .description('download a model; run again after any interruption it goes on where it was')
    .option('--sha256 <hex>', 'what the file must be', digest)
    .option('--limit <rate>', 'at most so fast: 500K, 2M, or bytes per second', rate)
    .action(async (source: string, options: PullOptions, command: Command) =>
      run(command, async (context) => (await import('./pullModel.ts')).pullModel(context, source, options)),
    );
  models
    .command('add')
    .argument('<file>', 'a GGUF file of this machine; it is copied')
    .description('add a model file')
    .option('--sha256 <hex>', 'what the file must be', digest)
    .action(async (file: string, options: Pick<PullOptions, 'sha256'>, command: Command) =>
      run(command, async (context) => (await import('./pullModel.ts')).addModel(context, file, options)),
    );
  addHubCommands(models, run);
  models
    .command('remove')
    .argument('<model>', 'name, id or digest')
    .description('delete an installed model')
    .action(async (model: string, _options, command: Command) =>
      run(command, async (context) => (await import('./changeModel.ts')).removeModel(context, model)),
    );
  models
    .command('verify')
    .argument('[model]', 'name, id or digest (default: all)')
    .description('read the files again and compare them with their digests')
    .option('--repair', 'fetch again what is damaged', false)
    .action(async (model: string | undefined, options: { repair: boolean }, command: Command) =>
      run(command, async (context) => (await import('./changeModel.ts')).verifyModels(context, model, options.repair)),
    );
}

/** What speaks with the hub about more than one file. */
function addHubCommands(models: Command, run: ProgramParts['run']): void {
  models
    .command('files')
    .argument('<id>', 'id of the catalogue')
    .description('every size of a model that the hub has, also those that the catalogue does not name')
    .action(async (id: string, _options, command: Command) =>
      run(command, async (context) => (await import('./hubFiles.ts')).hubFiles(context, id)),
    );
  models
    .command('token')
    .description('keep an access token of the hub for gated models; it is asked for, or read from stdin with -')
    .argument('[source]', '- reads the token from stdin')
    .option('--forget', 'forget it', false)
    .action(async (source: string | undefined, { forget }: { forget: boolean }, command: Command) =>
      run(command, async (context) =>
        (await import('./hubToken.ts')).hubToken(context, { forget, fromInput: source === '-' }),
      ),
    );
}

function digest(text: string): string {
  const parsed = ModelDigest.safeParse(text.toLowerCase());
  if (!parsed.success) throw new InvalidArgumentError('It must be a SHA-256: 64 hexadecimal digits.');
  return parsed.data;
}

function rate(text: string): number {
  const bytes = parseRate(text);
  if (bytes === undefined || bytes < 1024) {
    throw new InvalidArgumentError('It must be a rate such as 500K, 2M or 2000000, at least 1K.');
  }
  return bytes;
}
