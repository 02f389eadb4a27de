import type { Command } from 'commander';
import type { ProgramParts } from '#main/cli/program/programParts.ts';
import type { IdentityOptions } from './identity.ts';

/** Adds `identity export` and `identity import`. */
export function addIdentityCommands({ program, run }: ProgramParts): void {
  const identity = program.command('identity').description('back up or restore your identity');
  const passphraseFile = 'file that contains the passphrase (default: OPEN_SWARM_PASSPHRASE, else prompt)';
  identity
    .command('export')
    .description('write an encrypted backup of your keys')
    .argument('[file]', 'new file for the encrypted backup (default: stdout)')
    .option('--passphrase-file <file>', passphraseFile)
    .action(async (file: string | undefined, options: IdentityOptions, command: Command) =>
      run(command, async (context) => (await import('./identity.ts')).exportIdentity(context, file, options)),
    );
  identity
    .command('import')
    .description('replace the keys of this computer with those of a backup')
    .argument('<file>', 'backup file, or - for stdin')
    .option('--passphrase-file <file>', passphraseFile)
    .action(async (file: string, options: IdentityOptions, command: Command) =>
      run(command, async (context) => (await import('./identity.ts')).importIdentity(context, file, options)),
    );
}
