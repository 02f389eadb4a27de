import { readFile } from 'node:fs/promises';
import { Catalogue } from '#shared/domain/catalogue.ts';
import { judgeCatalogue, readPublisherKeys } from './signedCatalogue.ts';

/** Reads and checks a catalogue file. Rejects with Node's error, a SyntaxError or a ZodError. */
export async function readCatalogue(file: string): Promise<Catalogue> {
  const content: unknown = JSON.parse(await readFile(file, 'utf8'));
  return Catalogue.parse(content);
}

/** The catalogue that is used, and where it comes from. */
export interface ChosenCatalogue {
  readonly value: Catalogue;
  readonly origin: 'built_in' | 'publisher';
}

/**
 * The publisher's newer catalogue of the data folder when it is signed with a key that ships with the app, else the
 * app's own. What ships as a file stays in it either way. Rejects when the app's own cannot be read.
 */
export async function chooseCatalogue(files: {
  readonly builtIn: string;
  readonly publisher: string;
  /** Signed catalogue of the data folder; need not be there. */
  readonly newer: string;
}): Promise<ChosenCatalogue> {
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
