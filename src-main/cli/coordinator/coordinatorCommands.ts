import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { CreditsText } from '#shared/domain/money/credits.ts';
import { addCoordinatorModelsCommands } from './coordinatorModelsCommands.ts';
import { type ProgramParts, wholeNumber } from '#main/cli/program/programParts.ts';
import type { CoordinatorOptions } from './coordinator.ts';

const secretCommands = [
  ['show', 'show the present secret'],
  ['renew', 'create a new secret; invite links with the old one become invalid'],
  ['revoke', 'delete the secret; nobody new can join until it is renewed'],
] as const;

/** Adds `coordinator` and its subcommands `verify`, `secret` and `models`. */
export function addCoordinatorCommands({ program, run }: ProgramParts): void {
  const coordinator = program
    .command('coordinator')
    .description('host a swarm: enrol nodes, match tasks, keep the ledger')
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--port <n>', 'port to listen on; 0 chooses a free one (default: 4600)', wholeNumber(0, 65_535))
    .option('--data <dir>', 'folder for its key and database (default: coordinator/ in the data folder)')
    .option('--private', 'require a secret to join, for people who know each other', false)
    .option('--grant <credits>', 'credits granted to each new account', credits)
    .option('--name <name>', 'display name of the swarm')
    .option('--public-url <url...>', 'public address, such as that of a reverse proxy', [])
    .option('--trust-proxy', 'trust the client addresses forwarded by a reverse proxy', false)
    .action(async (options: CoordinatorOptions, command: Command) =>
      run(command, async (context) => (await import('./coordinator.ts')).coordinator(context, options)),
    );
  coordinator
    .command('verify')
    .description("recompute every balance from a coordinator's journal and compare; needs no running server")
    .requiredOption('--data <dir>', 'folder of the coordinator')
    .action(async (options: { data: string }, command: Command) =>
      run(command, async (context) => (await import('./verifyLedger.ts')).verify(context, options.data)),
    );
  const secret = coordinator
    .command('secret')
    .description('show or change the secret of a private swarm, which invite links contain; existing members stay');
  for (const [name, description] of secretCommands) {
    secret
      .command(name)
      .description(description)
      .option('--data <dir>', 'folder of the coordinator (default: coordinator/ in the data folder)')
      .action(async (options: { data?: string }, command: Command) =>
        run(command, async (context) =>
          (await import('./coordinatorSecret.ts')).coordinatorSecret(context, name, options.data),
        ),
      );
  }
  addCoordinatorModelsCommands(coordinator, run);
}

function credits(text: string): string {
  const parsed = CreditsText.safeParse(text);
  if (!parsed.success || text.startsWith('-')) {
    throw new InvalidArgumentError('It must be credits, such as 100 or 2.5.');
  }
  return parsed.data;
}
