import { CatalogueEntry } from '#shared/domain/models/catalogue.ts';
import type { CatalogueFamily } from '#shared/domain/models/catalogueFamily.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { TaskType } from '#shared/domain/tasks/taskType.ts';
import type { GgufHeader } from '#engine/models/gguf/ggufHeader.ts';
import { slug } from '#engine/models/library/modelRecord.ts';
import { headerFacts } from '#engine/models/gguf/headerFacts.ts';

/** A model file that was looked at, here or on a hub. */
export interface InspectedFile {
  readonly header: GgufHeader;
  readonly digest: string;
  /** Name without ending, for files that have no better one. */
  readonly fileName: string;
  readonly source: CatalogueEntry['source'];
  /** Of the app's catalogue, where it knows the file. */
  readonly catalogueId: string | null;
  readonly family: CatalogueFamily | null;
}

/** What an operator says of a model; it goes before what the catalogue says. */
export interface OperatorWords {
  readonly types?: readonly TaskType[] | undefined;
  readonly name?: string | undefined;
  readonly languages?: readonly string[] | undefined;
  readonly licence?: string | undefined;
}

/**
 * The whole entry of a model that an operator admits. What the file's header says of it counts, since a digest vouches for
 * it; what it is for, somebody must say. Throws a SwarmError that names the field: `invalid_message` for one that the
 * operator left out or got wrong, `model_refused` for one that the file lacks.
 */
export function admittedEntry(file: InspectedFile, words: OperatorWords): CatalogueEntry {
  const { header, digest, fileName, source, catalogueId, family } = file;
  const familyName = family === null ? undefined : `${family.name} ${header.quantisation}`;
  const parsed = CatalogueEntry.safeParse({
    digest,
    id: catalogueId?.slice(0, 64) ?? slug(fileName),
    name: words.name ?? familyName ?? (header.name.trim() || fileName),
    purpose: family?.purpose ?? 'Admitted by the operator of this swarm.',
    types: words.types ?? family?.types ?? missing('types', 'The catalogue does not say what it is for', '--types'),
    languages: words.languages ?? family?.languages ?? [],
    ...headerFacts(header),
    licence:
      words.licence ?? family?.licence ?? (header.licence || missing('licence', 'Its header names none', '--licence')),
    source,
  });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.map(String).join('.') ?? '';
  const isSaid = /^(types|name|languages|licence)/.test(field);
  throw new SwarmError(isSaid ? 'invalid_message' : 'model_refused', `${field}: ${issue?.message ?? 'not valid'}`, {
    field,
  });
}

function missing(field: string, why: string, option: string): never {
  throw new SwarmError('invalid_message', `${field}: ${why}; say it with ${option}.`, { field });
}
