import type { CatalogueEntry } from '#shared/domain/models/catalogue.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import {
  installationCatalogue,
  mergeCatalogues,
  readOwnCatalogue,
  writeOwnCatalogue,
} from '#coordinator/catalogue/coordinatorCatalogue.ts';
import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/program/CommandContext.ts';
import { coordinatorFolder } from './coordinatorFolder.ts';
import { formatTable } from '#main/cli/program/formatTable.ts';

/** Printed after each change: a running coordinator has already told its nodes which models they may serve. */
export const restartNotice = 'A running coordinator applies the change after a restart.';

/** The fields of a model in `--json` lines. */
export function admittedFields({ digest, id, name, types, sizeBytes, sizeClass }: CatalogueEntry) {
  return { digest, id, name, types, sizeBytes, sizeClass };
}

/** `coordinator models list`: prints a line per model that may serve paid tasks. */
export async function listAdmitted(context: CommandContext, data: string | undefined): Promise<ExitCode> {
  const own = readOwnCatalogue(coordinatorFolder(context, data));
  const isOwn = new Set(mergeCatalogues(own, { version: 1, models: [] }).models.map(({ digest }) => digest));
  const rows = mergeCatalogues(own, installationCatalogue()).models.map((entry) => ({
    ...admittedFields(entry),
    origin: isOwn.has(entry.digest) ? 'own' : 'installation',
  }));
  for (const row of rows) context.line(row);
  context.say(
    formatTable(
      ['ID', 'NAME', '>SIZE MB', 'CLASS', 'TYPES', 'ORIGIN', 'DIGEST'],
      rows.map(({ id, name, sizeBytes, sizeClass, types, origin, digest }) => [
        id,
        name,
        (sizeBytes / 1e6).toFixed(1),
        sizeClass,
        types.join(' '),
        origin,
        digest.slice(0, 12),
      ]),
    ),
  );
  return exitCodes.done;
}

/** `coordinator models remove`: prints one line `removed`. */
export async function removeAdmitted(
  context: CommandContext,
  named: string,
  data: string | undefined,
): Promise<ExitCode> {
  const folder = coordinatorFolder(context, data);
  const own = readOwnCatalogue(folder);
  const isNamed = ({ id, digest }: CatalogueEntry) => id === named || digest === named;
  const entry = own.models.find(isNamed);
  if (entry === undefined) {
    const message = installationCatalogue().models.some(isNamed)
      ? `"${named}" is part of the installation; only added models can be removed.`
      : `There is no added model with the id or digest "${named}".`;
    throw new SwarmError('model_unknown', message, { field: 'model' });
  }
  writeOwnCatalogue(folder, { ...own, models: own.models.filter((one) => one !== entry) });
  context.line({ event: 'removed', ...admittedFields(entry) });
  context.say(`${entry.name} may no longer serve paid tasks. ${restartNotice}`);
  return exitCodes.done;
}
