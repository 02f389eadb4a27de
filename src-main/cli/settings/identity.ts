import { open, readFile, rm } from 'node:fs/promises';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/program/CommandContext.ts';
import { withEngine } from '#main/cli/program/withEngine.ts';
import { UsageError } from '#main/cli/program/UsageError.ts';

export interface IdentityOptions {
  readonly passphraseFile?: string;
}

/** `identity export [FILE]`: writes the encrypted backup to a new file (mode 0600) or to stdout. */
export async function exportIdentity(
  context: CommandContext,
  file: string | undefined,
  options: IdentityOptions,
): Promise<ExitCode> {
  const passphrase = await readPassphrase(context, options, true);
  return withEngine(context, async (client) => {
    // The file is created first: a backup that could not be written must not count as one.
    const backup = await writeNewFile(file, async () => (await client.call('identity.export', { passphrase })).backup);
    context.line(file === undefined ? { backup } : { file });
    context.say(
      file === undefined ? backup : `The backup was written to ${file}. Keep it safe: it gives access to the account.`,
    );
    return exitCodes.done;
  });
}

/** Creates the file, then gets and writes its text. Deletes the file when that fails. */
async function writeNewFile(file: string | undefined, ask: () => Promise<string>): Promise<string> {
  if (file === undefined) return ask();
  const handle = await open(file, 'wx', 0o600).catch((cause: unknown) => {
    throw notWritable(file, cause);
  });
  try {
    const text = await ask();
    await handle.writeFile(`${text}\n`);
    await handle.sync();
    return text;
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

function notWritable(file: string, cause: unknown): SwarmError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : '';
  const reason = code === 'EEXIST' ? 'exists already and was not overwritten' : 'cannot be written';
  return new SwarmError('storage_read_only', `The file ${file} ${reason}.`, { field: 'file', cause });
}

/** `identity import FILE`: replaces this installation's identity with that of a backup. */
export async function importIdentity(
  context: CommandContext,
  file: string,
  options: IdentityOptions,
): Promise<ExitCode> {
  const backup = (file === '-' ? await context.readInput() : await readText(file)).trim();
  const passphrase = await readPassphrase(context, options, false);
  return withEngine(context, async (client) => {
    await client.call('identity.import', { backup, passphrase });
    const { identity } = await client.call('snapshot', {});
    context.line({ accountId: identity.accountId, nodeId: identity.nodeId });
    context.say(`This installation now uses the account ${identity.accountId}.`);
    return exitCodes.done;
  });
}

/**
 * Reads the passphrase from a file, the environment, or the terminal; never from arguments, which other users can read.
 */
async function readPassphrase(context: CommandContext, options: IdentityOptions, isNew: boolean): Promise<string> {
  if (options.passphraseFile !== undefined) return (await readText(options.passphraseFile)).replace(/\r?\n$/, '');
  const named = context.env['OPEN_SWARM_PASSPHRASE'];
  if (named !== undefined && named !== '') return named;
  const alternative = 'use --passphrase-file or OPEN_SWARM_PASSPHRASE';
  const passphrase = await context.askHidden('Passphrase of the backup: ', alternative);
  if (isNew && (await context.askHidden('Repeat the passphrase: ', alternative)) !== passphrase) {
    throw new UsageError('The passphrases do not match.');
  }
  return passphrase;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new UsageError(`Cannot read the file ${file}.`, { cause });
  }
}
