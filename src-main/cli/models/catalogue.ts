import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/program/CommandContext.ts';
import { adviceLine, advisedFields, earningOf } from '#main/cli/tasks/earningFields.ts';
import { formatTable } from '#main/cli/program/formatTable.ts';
import { withModels } from './withModels.ts';
import type { FitVerdict } from '#shared/domain/models/fitVerdict.ts';

/** `models list --all`: prints a line per model that ships with the app or can be downloaded. */
export async function catalogue(context: CommandContext): Promise<ExitCode> {
  return withModels(context, async (library) => {
    const { families, shipped } = await library.call('models.catalogue', {});
    const advice = await library.call('models.advice', {});
    for (const { digest, ...model } of shipped) {
      const id = { digest };
      context.line({ ...model, ...id, earning: earningOf(advice, id), advised: advisedFields(advice, model.id) });
    }
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
        ['ID', '>SIZE MB', 'LICENCE', 'INSTALLED', 'VERDICT'],
        [
          ...shipped.map(cellsOf),
          ...files.map(({ family, file, installed, verdict }) =>
            cellsOf({ ...file, licence: family.licence, installed: installed !== null, verdict }),
          ),
        ],
      ),
    );
    context.say(adviceLine(advice));
    return exitCodes.done;
  });
}

interface Row {
  readonly id: string;
  readonly sizeBytes: number | null;
  readonly licence: string | null;
  readonly installed: boolean;
  readonly verdict: FitVerdict;
}

function cellsOf({ id, sizeBytes, licence, installed, verdict }: Row): readonly string[] {
  const megabytes = sizeBytes === null ? '' : (sizeBytes / 1e6).toFixed(0);
  return [id, megabytes, licence ?? '', installed ? 'yes' : '', verdict.sentence];
}
