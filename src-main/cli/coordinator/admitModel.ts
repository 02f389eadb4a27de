import path from 'node:path';
import { type Catalogue, type CatalogueEntry } from '#shared/domain/models/catalogue.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { readOwnCatalogue, writeOwnCatalogue } from '#coordinator/catalogue/coordinatorCatalogue.ts';
import { HubClient } from '#engine/models/transfer/HubClient.ts';
import { FileSecrets } from '#engine/swarmLink/identity/FileSecrets.ts';
import { admittedEntry, type InspectedFile, type OperatorInput } from '#engine/models/admission/admittedEntry.ts';
import { HubToken } from '#engine/models/hub/HubToken.ts';
import { inspectLocal } from '#engine/models/admission/inspectLocal.ts';
import { inspectRemote } from '#engine/models/admission/inspectRemote.ts';
import { catalogueFiles, chooseCatalogue } from '#engine/models/catalogue/readCatalogue.ts';
import { publicHub, resolveSource } from '#engine/models/catalogue/resolveSource.ts';
import { homePaths } from '#engine/machine/platform/homePaths.ts';
import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/program/CommandContext.ts';
import { coordinatorFolder } from './coordinatorFolder.ts';
import { currentInstallation } from '#node/Installation.ts';
import { systemClock } from '#node/systemClock.ts';
import { admittedFields, restartNotice } from './admittedModels.ts';

export interface AdmitOptions extends OperatorInput {
  readonly data?: string;
  readonly hub?: string;
}

const stallMs = 20_000;
const inspectTimeoutMs = 600_000;

/** `coordinator models add`: prints one line `added`. Replaces an entry with the same digest. */
export async function admitModel(context: CommandContext, source: string, options: AdmitOptions): Promise<ExitCode> {
  const folder = coordinatorFolder(context, options.data);
  // Fail early on a damaged list, before anything is fetched.
  readOwnCatalogue(folder);
  const entry = admittedEntry(await inspect(context, source, options.hub ?? publicHub), options);
  writeOwnCatalogue(folder, withEntry(readOwnCatalogue(folder), entry));
  context.line({ event: 'added', ...admittedFields(entry) });
  context.say(
    [
      `${entry.name} (${entry.digest.slice(0, 12)}) may serve paid tasks: ${entry.types.join(', ')}.`,
      `Priced as ${entry.sizeClass}, licence ${entry.licence}. ${restartNotice}`,
    ].join('\n'),
  );
  return exitCodes.done;
}

function withEntry(own: Catalogue, entry: CatalogueEntry): Catalogue {
  const others = own.models.filter(({ digest }) => digest !== entry.digest);
  if (others.some(({ id }) => id === entry.id)) {
    throw new SwarmError('conflict', `id: another file already has the id "${entry.id}". Remove it first.`, {
      field: 'id',
    });
  }
  return { ...own, models: [...others, entry] };
}

async function inspect(context: CommandContext, source: string, hub: string): Promise<InspectedFile> {
  const { models: folder } = homePaths(context.home);
  const { value: catalogue } = await chooseCatalogue(catalogueFiles(folder, currentInstallation().resource));
  if (isPath(source)) return inspectLocal(path.resolve(source), catalogue);
  const resolved = resolveSource(source, catalogue, hub);
  const token = new HubToken(folder, new FileSecrets(context.home));
  await token.load();
  const client = new HubClient({
    clock: systemClock,
    env: context.env,
    stallMs,
    token: () => (token.value === null ? null : { origin: new URL(hub).origin, value: token.value }),
  });
  try {
    return await inspectRemote(client, resolved, AbortSignal.timeout(inspectTimeoutMs));
  } finally {
    client.close();
  }
}

/** Whether a source is the path of a file: catalogue ids contain no slashes and do not end in `.gguf`. */
function isPath(source: string): boolean {
  return !/^(https?:\/\/|hf:)/i.test(source) && (/[\\/]/.test(source) || /\.gguf$/i.test(source));
}
