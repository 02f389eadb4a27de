import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/program/CommandContext.ts';
import { formatTable } from '#main/cli/program/formatTable.ts';
import { withModels } from './withModels.ts';

/** `models files`: prints a line per size of a catalogue model that the hub has. */
export async function hubFiles(context: CommandContext, familyId: string): Promise<ExitCode> {
  return withModels(context, async (library) => {
    const { files } = await library.call('models.hubFiles', { familyId });
    for (const { path, quantisation, sizeBytes, digest, known, address } of files) {
      context.line({ path, quantisation, sizeBytes, digest, known, address });
    }
    if (files.length === 0) {
      context.say('The hub has no complete file of this model.');
      return exitCodes.done;
    }
    const rows = files.map(({ quantisation, sizeBytes, known, address }) => [
      quantisation ?? '',
      (sizeBytes / 1e6).toFixed(0),
      known ? 'yes' : '',
      address,
    ]);
    context.say(formatTable(['QUANTISATION', '>SIZE MB', 'LISTED', 'ADDRESS'], rows));
    context.say('\nDownload one with: open-swarm models pull ADDRESS');
    return exitCodes.done;
  });
}
