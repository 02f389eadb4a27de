import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/CommandContext.ts';
import { adviceLine, advisedFields, earningOf } from '#main/cli/earningFields.ts';
import { formatTable } from '#main/cli/formatTable.ts';
import { withModels } from '#main/cli/withModels.ts';

/** `models list --all`: a line per file that can be downloaded. */
export async function catalogue(context: CommandContext): Promise<ExitCode> {
  return withModels(context, async (library) => {
    const { families } = await library.call('models.catalogue', {});
    const advice = await library.call('models.advice', {});
    const files = families.flatMap(({ family, rows }) => rows.map((row) => ({ family, ...row })));
    for (const { family, file, installed, verdict } of files) {
      const { id, quantisation, sizeBytes, digest } = file;
      const { types, languages, licence } = family;
      const facts = { id, name: family.name, quantisation, sizeBytes, digest, types, languages, licence };
      const earning = earningOf(advice, installed === null ? { id } : { digest: installed });
      context.line({ ...facts, installed: installed !== null, verdict, earning, advised: advisedFields(advice, id) });
    }
    context.say(
      formatTable(
        ['ID', '>SIZE MB', 'LICENCE', 'HERE', 'VERDICT'],
        files.map(({ family, file, installed, verdict }) => [
          file.id,
          file.sizeBytes === null ? '' : (file.sizeBytes / 1e6).toFixed(0),
          family.licence ?? '',
          installed === null ? '' : 'yes',
          verdict.sentence,
        ]),
      ),
    );
    context.say(adviceLine(advice));
    return exitCodes.done;
  });
}
