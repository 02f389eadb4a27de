import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { CreditsText } from '#shared/domain/money/credits.ts';
import { addCoordinatorModelsCommands } from './coordinatorModelsCommands.ts';
import { type ProgramParts, wholeNumber } from '#main/cli/program/programParts.ts';
import type { CoordinatorOptions } from './coordinator.ts';

const secretCommands = [
  ['show', 'the secret as it is now'],
  ['renew', 'a new secret: links with the old one let nobody in any more'],
  ['revoke', 'no secret: nobody new may join until it is renewed'],
] as const;

/** coordinator, coordinator verify, coordinator secret, coordinator models. */
export function addCoordinatorCommands({ program, run }: ProgramParts): void {
  const coordinator = program
    .command('coordinator')
    .description('host a swarm: enrols nodes, matches tasks, keeps the ledger')
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--port <n>', 'port; 0 takes a free one (default: 4600)', wholeNumber(0, 65_535))
    .option('--data <dir>', 'folder of its key and database (default: coordinator/ in the data folder)')
    .option('--private', 'a private swarm: joined with its secret, for people who know each other', false)
    .option('--grant <credits>', 'credits that each new account is given', credits)
    .option('--name <name>', 'name of the swarm, for people')
    .option('--public-url <url...>', 'address under which a proxy or a name makes it reachable', [])
    .option('--trust-proxy', 'believe the addresses that a proxy in front of it forwards', false)
    .action(async (options: CoordinatorOptions, command: Command) =>
      run(command, async (context) => (await import('./coordinator.ts')).coordinator(context, options)),
    );
  coordinator
    .command('verify')
    .description("rebuild every balance from a coordinator's journal and compare; no server is needed")
    .requiredOption('--data <dir>', 'folder of the coordinator')
    .action(async (options: { data: string }, command: Command) =>
      run(command, async (context) => (await import('./verifyLedger.ts')).verify(context, options.data)),
    );
  const secret = coordinator
    .command('secret')
    .description('the secret of a private swarm, which its invite links carry; who joined before stays');
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
