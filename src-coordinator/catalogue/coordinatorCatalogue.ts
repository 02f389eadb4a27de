import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Catalogue } from '#shared/domain/models/catalogue.ts';
import { completeEntries } from '#shared/domain/models/completeEntries.ts';
import { fromZodError, SwarmError } from '#shared/domain/errorCodes.ts';
import { currentInstallation } from '#node/Installation.ts';
import { writeJsonFile } from '#node/privateFile.ts';
import { storageError } from '#node/storageError.ts';

const empty: Catalogue = { version: 1, models: [] };

/**
 * The models that the operator of this data folder admitted; none if there is no file. A damaged file must not exclude models
 * silently: it throws a SwarmError `storage_damaged` that names the wrong field.
 */
export function readOwnCatalogue(folder: string): Catalogue {
  const file = fileIn(folder);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return empty;
    throw storageError(error);
  }
  const parsed = Catalogue.safeParse(parseJson(text, file));
  if (parsed.success) return parsed.data;
  const { message, field } = fromZodError(parsed.error);
  throw new SwarmError('storage_damaged', `${file} is not a catalogue. ${message}`, {
    ...(field === undefined ? {} : { field }),
    cause: parsed.error,
  });
}

/** Replaces the operator's models atomically. Throws a SwarmError `storage_…`. */
export function writeOwnCatalogue(folder: string, catalogue: Catalogue): void {
  writeJsonFile(fileIn(folder), Catalogue.parse(catalogue));
}

/** The catalogue included in this installation. */
export function installationCatalogue(): Catalogue {
  return Catalogue.parse(JSON.parse(readFileSync(currentInstallation().resource('catalogue.json'), 'utf8')));
}

/** Merges two catalogues; for a digest in both, the operator's own entry wins. Incomplete entries are left out. Pure. */
export function mergeCatalogues(own: Catalogue, installation: Catalogue): Catalogue {
  const ownEntries = completeEntries(own);
  const digests = new Set(ownEntries.map(({ digest }) => digest));
  return {
    version: 1,
    models: [...ownEntries, ...completeEntries(installation).filter(({ digest }) => !digests.has(digest))],
  };
}

function fileIn(folder: string): string {
  return path.join(folder, 'catalogue.json');
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SwarmError('storage_damaged', `${file} is not JSON.`, { cause: error });
  }
}
