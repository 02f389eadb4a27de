import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/program/CommandContext.ts';
import { withModels } from './withModels.ts';
import { WrongUseError } from '#main/cli/program/WrongUseError.ts';

/** `models token`: keeps or forgets the hub's access token; it is never shown and never an argument. */
export async function hubToken(
  context: CommandContext,
  { forget, fromInput }: { forget: boolean; fromInput: boolean },
): Promise<ExitCode> {
  const token = forget ? null : await askForToken(context, fromInput);
  return withModels(context, async (library) => {
    await library.call('models.setToken', { token });
    context.line({ event: 'token', isSet: token !== null });
    context.say(token === null ? 'The token is forgotten.' : 'The token is kept, encrypted.');
    return exitCodes.done;
  });
}

async function askForToken(context: CommandContext, fromInput: boolean): Promise<string> {
  const ask = () => context.askHidden('Access token: ', 'give the token on stdin, with models token -');
  const text = fromInput ? await context.readInput() : await ask();
  const token = text.trim();
  if (token === '') throw new WrongUseError('No token was given.');
  return token;
}
