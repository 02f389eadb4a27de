import { open, readFile, rm } from 'node:fs/promises';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/program/CommandContext.ts';
import { withEngine } from '#main/cli/program/withEngine.ts';
import { WrongUseError } from '#main/cli/program/WrongUseError.ts';

export interface IdentityOptions {
  readonly passphraseFile?: string;
}

/** `identity export [FILE]`: the encrypted backup, into a new file (0600) or onto stdout. */
export async function exportIdentity(
  context: CommandContext,
  file: string | undefined,
  options: IdentityOptions,
): Promise<ExitCode> {
  const passphrase = await readPassphrase(context, options, true);
  return withEngine(context, async (client) => {
    // The file first: a backup that could be written nowhere must not count as one.
    const backup = await intoNewFile(file, async () => (await client.call('identity.export', { passphrase })).backup);
    context.line(file === undefined ? { backup } : { file });
    context.say(
      file === undefined ? backup : `The backup was written to ${file}. It is worth what the account is worth.`,
    );
    return exitCodes.done;
  });
}

/** Makes the file, asks for its text, writes it; leaves no file behind when that fails. */
async function intoNewFile(file: string | undefined, ask: () => Promise<string>): Promise<string> {
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
  const why = code === 'EEXIST' ? 'is there already; nothing was overwritten' : 'cannot be written';
  return new SwarmError('storage_read_only', `The file ${file} ${why}.`, { field: 'file', cause });
}

/** `identity import FILE`: replaces this installation's identity by a backup. */
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
    context.say(`This installation is ${identity.accountId} now.`);
    return exitCodes.done;
  });
}

/** From a file, the environment, or a person; never from the arguments, which other users of the machine can read. */
async function readPassphrase(context: CommandContext, options: IdentityOptions, isNew: boolean): Promise<string> {
  if (options.passphraseFile !== undefined) return (await readText(options.passphraseFile)).replace(/\r?\n$/, '');
  const named = context.env['OPEN_SWARM_PASSPHRASE'];
  if (named !== undefined && named !== '') return named;
  const other = 'use --passphrase-file, or OPEN_SWARM_PASSPHRASE';
  const passphrase = await context.askHidden('Passphrase of the backup: ', other);
  if (isNew && (await context.askHidden('The same again: ', other)) !== passphrase) {
    throw new WrongUseError('The two passphrases differ.');
  }
  return passphrase;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new WrongUseError(`The file ${file} cannot be read.`, { cause });
  }
}
