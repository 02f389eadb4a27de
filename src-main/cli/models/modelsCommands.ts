import { type Command, InvalidArgumentError } from 'commander';
import { ModelDigest } from '#shared/domain/ids.ts';
import { type ProgramParts } from '#main/cli/program/programParts.ts';
import { parseRate } from './parseRate.ts';

interface PullOptions {
  readonly sha256?: string;
  readonly limit?: number;
}

/** Adds `models` and its subcommands; they also work without a running engine. */
export function addModelsCommands({ program, run }: ProgramParts): void {
  const models = program
    .command('models')
    .description('list and manage the models of this machine')
    .action(async (_options, command: Command) =>
      run(command, async (context) => (await import('./listModels.ts')).models(context)),
    );
  models
    .command('list')
    .description(
      'list installed models; with --all also those that can be downloaded, and whether they would run on this computer',
    )
    .option('--all', 'include the catalogue', false)
    .action(async ({ all }: { all: boolean }, command: Command) =>
      run(command, async (context) =>
        all ? (await import('./catalogue.ts')).catalogue(context) : (await import('./listModels.ts')).models(context),
      ),
    );
  models
    .command('catalogue')
    .description('manage the list of models that can be downloaded')
    .command('update')
    .argument('<source>', 'a signed catalogue: a file or an https:// address')
    .description('install a newer catalogue of the publisher; it applies from the next start')
    .action(async (source: string, _options, command: Command) =>
      run(command, async (context) => (await import('./updateCatalogue.ts')).updateCatalogue(context, source)),
    );
  models
    .command('show')
    .argument('<model>', 'name, id or digest of a model, also of the catalogue, or a web address')
    .description('show all about a model, and whether it runs well on this computer')
    .action(async (model: string, _options, command: Command) =>
      run(command, async (context) => (await import('./showModel.ts')).showModel(context, model)),
    );
  models
    .command('pull')
    .argument('<source>', 'an id in the catalogue, an https:// address, or hf:owner/repository/file.gguf')
    .description('download a model; repeat the command after an interruption to resume')
    .option('--sha256 <hex>', 'expected digest of the file', digest)
    .option('--limit <rate>', 'rate limit: 500K, 2M, or bytes per second', rate)
    .action(async (source: string, options: PullOptions, command: Command) =>
      run(command, async (context) => (await import('./pullModel.ts')).pullModel(context, source, options)),
    );
  models
    .command('add')
    .argument('<file>', 'a GGUF file on this computer; it is copied')
    .description('add a model file')
    .option('--sha256 <hex>', 'expected digest of the file', digest)
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
    .description('verify model files against their digests')
    .option('--repair', 'restore damaged files', false)
    .action(async (model: string | undefined, options: { repair: boolean }, command: Command) =>
      run(command, async (context) => (await import('./changeModel.ts')).verifyModels(context, model, options.repair)),
    );
}

/** Adds `models files` and `models token`. */
function addHubCommands(models: Command, run: ProgramParts['run']): void {
  models
    .command('files')
    .argument('<id>', 'an id in the catalogue')
    .description('list all sizes of a model on the hub, including those not in the catalogue')
    .action(async (id: string, _options, command: Command) =>
      run(command, async (context) => (await import('./hubFiles.ts')).hubFiles(context, id)),
    );
  models
    .command('token')
    .description('store an access token of the hub for gated models; prompts for it, or reads it from stdin with -')
    .argument('[source]', '- reads the token from stdin')
    .option('--forget', 'delete the stored token', false)
    .action(async (source: string | undefined, { forget }: { forget: boolean }, command: Command) =>
      run(command, async (context) =>
        (await import('./hubToken.ts')).hubToken(context, { forget, fromInput: source === '-' }),
      ),
    );
}

function digest(text: string): string {
  const parsed = ModelDigest.safeParse(text.toLowerCase());
  if (!parsed.success) throw new InvalidArgumentError('Must be a SHA-256 digest: 64 hexadecimal digits.');
  return parsed.data;
}

function rate(text: string): number {
  const bytes = parseRate(text);
  if (bytes === undefined || bytes < 1024) {
    throw new InvalidArgumentError('Must be a rate such as 500K, 2M or 2000000, and at least 1K.');
  }
  return bytes;
}
