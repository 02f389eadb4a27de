import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/program/CommandContext.ts';
import { requireModel } from './findModel.ts';
import { type ModelSource, withModels } from './withModels.ts';
import { follow } from './pullModel.ts';

/** `models remove`. */
export async function removeModel(context: CommandContext, named: string): Promise<ExitCode> {
  return withModels(context, async (library) => {
    const { digest, name } = await requireModel(library, named);
    await library.call('models.remove', { digest });
    context.line({ event: 'removed', digest });
    context.say(`Removed ${name}.`);
    return exitCodes.done;
  });
}

/** `models verify`: prints a line per model. Exits with 1 when one is damaged and was not repaired. */
export async function verifyModels(
  context: CommandContext,
  named: string | undefined,
  repair: boolean,
): Promise<ExitCode> {
  return withModels(context, async (library) => {
    const { models } = await library.call('snapshot', {});
    const chosen = named === undefined ? models : [await requireModel(library, named)];
    let exitCode: ExitCode = exitCodes.done;
    for (const { digest, name } of chosen) {
      const { state, downloadId } = await verify(library, digest, repair);
      context.line({ event: 'verified', digest, state });
      context.say(`${name}: ${state}`);
      const isIntact = downloadId === null ? state === 'sound' : (await follow(context, library, downloadId)) === 0;
      if (!isIntact) exitCode = exitCodes.failed;
    }
    return exitCode;
  });
}

async function verify(library: ModelSource, digest: string, repair: boolean) {
  for (;;) {
    const answer = await library.call('models.verify', { digest, repair });
    if (answer.state !== 'checking') return answer;
  }
}
