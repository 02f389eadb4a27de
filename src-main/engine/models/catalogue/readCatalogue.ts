import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Catalogue } from '#shared/domain/models/catalogue.ts';
import { writeJsonFile } from '#node/privateFile.ts';
import { type CatalogueOffer, judgeCatalogue, readPublisherKeys } from './signedCatalogue.ts';

/** Reads and checks a catalogue file. Rejects with Node's error, a SyntaxError or a ZodError. */
export async function readCatalogue(file: string): Promise<Catalogue> {
  const content: unknown = JSON.parse(await readFile(file, 'utf8'));
  return Catalogue.parse(content);
}

/** The catalogue in use and its origin. */
export interface ChosenCatalogue {
  readonly value: Catalogue;
  readonly origin: 'built_in' | 'publisher';
}

/** Paths of the catalogue files. */
export interface CatalogueFiles {
  readonly builtIn: string;
  readonly publisher: string;
  /** Signed catalogue in the data folder; may not exist. */
  readonly newer: string;
}

/** Paths for an installation and a data folder's `models`. */
export function catalogueFiles(modelsFolder: string, resource: (name: string) => string): CatalogueFiles {
  return {
    builtIn: resource('catalogue.json'),
    publisher: resource('publisher.json'),
    newer: path.join(modelsFolder, 'catalogue.signed.json'),
  };
}

/**
 * Chooses the publisher's newer catalogue from the data folder if it is signed with a key that ships with the app, else
 * the built-in one. Entries of models that ship with the app always come from the built-in one. Rejects when that
 * cannot be read.
 */
export async function chooseCatalogue(files: CatalogueFiles): Promise<ChosenCatalogue> {
  const builtIn = await readCatalogue(files.builtIn);
  const keys = await readPublisherKeys(files.publisher);
  const text = await readFile(files.newer, 'utf8').catch(() => null);
  if (text === null) return { value: builtIn, origin: 'built_in' };
  const offer = judgeCatalogue(parseJson(text), { keys, edition: 0 });
  if (offer.kind === 'refused') return { value: builtIn, origin: 'built_in' };
  const bundled = builtIn.models.filter(({ source }) => source === 'bundled');
  const others = offer.catalogue.models.filter(({ source }) => source !== 'bundled');
  return { value: { ...offer.catalogue, models: [...bundled, ...others] }, origin: 'publisher' };
}

/**
 * Stores an offered catalogue, atomically, if it is signed with an accepted key and newer than the one in the data
 * folder. It takes effect at the next start. Rejects with a SwarmError `storage_…`.
 */
export async function keepCatalogue(
  text: string,
  files: Pick<CatalogueFiles, 'publisher' | 'newer'>,
): Promise<CatalogueOffer> {
  const keys = await readPublisherKeys(files.publisher);
  const kept = await readFile(files.newer, 'utf8').catch(() => 'null');
  const before = judgeCatalogue(parseJson(kept), { keys, edition: 0 });
  const edition = before.kind === 'accepted' ? before.edition : 0;
  const offered = parseJson(text);
  const offer = judgeCatalogue(offered, { keys, edition });
  if (offer.kind === 'accepted') writeJsonFile(files.newer, offered);
  return offer;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
