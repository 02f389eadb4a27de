import type { Catalogue, CatalogueEntry } from './catalogue.ts';
import type { CatalogueFamily, CatalogueFile } from './catalogueFamily.ts';
import { sizeClassOf } from '#shared/domain/money/prices.ts';

/** URL of a file on a hub, at its pinned revision where known. */
export function addressOf(
  hub: string,
  { repository, path, revision }: Pick<CatalogueFile, 'repository' | 'path' | 'revision'>,
): string {
  return `${hub.replace(/\/+$/, '')}/${repository}/resolve/${revision ?? 'main'}/${path}`;
}

/**
 * Every model that can be verified by digest: the catalogue's own entries, and those files of its families of which
 * everything is known. Only these may serve paid tasks of public swarms.
 */
export function completeEntries(catalogue: Catalogue): CatalogueEntry[] {
  const known = new Set(catalogue.models.map(({ digest }) => digest));
  const more = (catalogue.families ?? []).flatMap((family) => family.files.flatMap((file) => entryOf(family, file)));
  return [...catalogue.models, ...more.filter(({ digest }) => !known.has(digest))];
}

function entryOf(family: CatalogueFamily, file: CatalogueFile): CatalogueEntry[] {
  const { parameters, contextSize, vocabSize, eogIds, chatTemplate, licence } = family;
  const { digest, sizeBytes } = file;
  if (digest === null || sizeBytes === null || parameters === null || contextSize === null) return [];
  if (vocabSize === null || eogIds === null || chatTemplate === null || licence === null) return [];
  return [
    {
      digest,
      id: file.id.slice(0, 64),
      name: `${family.name} ${file.quantisation}`,
      purpose: family.purpose,
      types: family.types,
      languages: family.languages,
      parameters,
      quantisation: file.quantisation,
      sizeBytes,
      sizeClass: sizeClassOf(parameters),
      vocabSize,
      eogIds,
      contextSize,
      chatTemplate,
      licence,
      source: addressOf('https://huggingface.co', file),
    },
  ];
}
