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

/** Said after each change: a running coordinator has told its nodes what they may serve. */
export const restartWords = 'A coordinator that runs on this folder takes it up when it is started again.';

/** A line about a model: what scripts get of it. */
export function admittedFields({ digest, id, name, types, sizeBytes, sizeClass }: CatalogueEntry) {
  return { digest, id, name, types, sizeBytes, sizeClass };
}

/** `coordinator models list`: a line per model that may serve paid tasks. */
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

/** `coordinator models remove`: one line `removed`. */
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
      ? `"${named}" came with the installation; only models that were added can be removed.`
      : `No model that was added has the id or digest "${named}".`;
    throw new SwarmError('model_unknown', message, { field: 'model' });
  }
  writeOwnCatalogue(folder, { ...own, models: own.models.filter((one) => one !== entry) });
  context.line({ event: 'removed', ...admittedFields(entry) });
  context.say(`${entry.name} may no longer serve paid tasks. ${restartWords}`);
  return exitCodes.done;
}
