import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/program/CommandContext.ts';
import { withModels } from './withModels.ts';
import { UsageError } from '#main/cli/program/UsageError.ts';

/** `models token`: stores or deletes the hub's access token. It is never shown, and never passed as an argument. */
export async function hubToken(
  context: CommandContext,
  { forget, fromInput }: { forget: boolean; fromInput: boolean },
): Promise<ExitCode> {
  const token = forget ? null : await askForToken(context, fromInput);
  return withModels(context, async (library) => {
    await library.call('models.setToken', { token });
    context.line({ event: 'token', isSet: token !== null });
    context.say(token === null ? 'The token was deleted.' : 'The token was stored, encrypted.');
    return exitCodes.done;
  });
}

async function askForToken(context: CommandContext, fromInput: boolean): Promise<string> {
  const ask = () => context.askHidden('Access token: ', 'pass the token on stdin, with models token -');
  const text = fromInput ? await context.readInput() : await ask();
  const token = text.trim();
  if (token === '') throw new UsageError('No token was given.');
  return token;
}
