import type { Command } from 'commander';
import type { ProgramParts } from '#main/cli/program/programParts.ts';
import type { IdentityOptions } from './identity.ts';

/** identity export, identity import. */
export function addIdentityCommands({ program, run }: ProgramParts): void {
  const identity = program.command('identity').description('back up or restore who you are');
  const from = 'file whose content is the passphrase (or OPEN_SWARM_PASSPHRASE, or it is asked for)';
  identity
    .command('export')
    .argument('[file]', 'new file for the encrypted backup (default: stdout)')
    .option('--passphrase-file <file>', from)
    .action(async (file: string | undefined, options: IdentityOptions, command: Command) =>
      run(command, async (context) => (await import('./identity.ts')).exportIdentity(context, file, options)),
    );
  identity
    .command('import')
    .argument('<file>', 'backup, or - for stdin')
    .option('--passphrase-file <file>', from)
    .action(async (file: string, options: IdentityOptions, command: Command) =>
      run(command, async (context) => (await import('./identity.ts')).importIdentity(context, file, options)),
    );
}
