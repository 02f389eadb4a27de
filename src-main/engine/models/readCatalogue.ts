import { readFile } from 'node:fs/promises';
import { Catalogue } from '#shared/domain/catalogue.ts';

/** Reads and checks a catalogue file. Rejects with Node's error, a SyntaxError or a ZodError. */
export async function readCatalogue(file: string): Promise<Catalogue> {
  const content: unknown = JSON.parse(await readFile(file, 'utf8'));
  return Catalogue.parse(content);
}
