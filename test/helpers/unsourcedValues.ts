import { type CatalogueFamily, familyFacts, fileFacts } from '#shared/domain/models/catalogueFamily.ts';

/**
 * What is wrong with a family: values without the address they were read from, and addresses of values that are not
 * there. Empty when all is well.
 */
export function unsourcedValues(family: CatalogueFamily): string[] {
  const own = familyFacts.filter((fact) => (family[fact] === null) !== (family.from[fact] === undefined));
  const ofFiles = family.files.flatMap((file) =>
    fileFacts
      .filter((fact) => (file[fact] === null) !== (file.from[fact] === undefined))
      .map((fact) => `${file.id}.${fact}`),
  );
  return [...own.map((fact) => `${family.id}.${fact}`), ...ofFiles];
}
