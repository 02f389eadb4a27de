import type { CatalogueEntry } from '#shared/domain/models/catalogue.ts';
import type { OfferedModel } from '#shared/domain/models/model.ts';
import type { z } from 'zod';
import type { SeededRandom } from './SeededRandom.ts';

/** The id that ends an answer. */
export const endId = 0;
const vocabSize = 1000;
const syllables = ['ba', 'de', 'fi', 'go', 'ku', 'la', 'me', 'ni', 'po', 'ru'];

/** A model whose tokens are made up: nothing here depends on what a real one would say. */
export function madeModel(slots: number): z.infer<typeof OfferedModel> {
  return {
    digest: 'ab'.repeat(32),
    name: 'Made words',
    types: ['code_completion', 'chat'],
    languages: [],
    slots,
    tokensPerSecond: 50,
    shape: { vocabSize, eogIds: [endId], contextSize: 2048, sizeClass: 'tiny' },
  };
}

/** Text of an id: a word of its own and a space; the end has none. */
export function wordOf(id: number): string {
  if (id === endId) return '';
  const digits = String(id).padStart(3, '0');
  return `${digits
    .split('')
    .map((digit) => syllables[Number(digit)])
    .join('')} `;
}

export function textOf(ids: readonly number[]): string {
  return ids.map(wordOf).join('');
}

/** Ids of a prompt: the same for the same text, as with a real template. */
export function promptIdsOf(text: string): number[] {
  return [1, ...Array.from(text.slice(0, 40), (letter) => 2 + ((letter.codePointAt(0) ?? 0) % (vocabSize - 2)))];
}

/** The next id of an answer. */
export function drawId(random: SeededRandom): number {
  return random.between(1, vocabSize - 1);
}

/** The same model as a catalogue describes it: what public swarms pay for. */
export function madeCatalogueEntry(): CatalogueEntry {
  const { digest, name, types, languages, shape } = madeModel(1);
  return {
    digest,
    name,
    types,
    languages,
    ...shape,
    id: 'made-words',
    purpose: 'Makes up words.',
    parameters: 1_000_000,
    quantisation: 'F16',
    sizeBytes: 1,
    chatTemplate: false,
    licence: 'MIT',
    source: 'bundled',
  };
}
