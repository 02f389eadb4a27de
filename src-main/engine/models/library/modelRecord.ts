import type { CatalogueEntry } from '#shared/domain/models/catalogue.ts';
import type { CatalogueFamily } from '#shared/domain/models/catalogueFamily.ts';
import { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { TaskType } from '#shared/domain/tasks/taskType.ts';
import type { GgufHeader } from '#engine/models/gguf/ggufHeader.ts';
import { ModelFileError } from './ModelFileError.ts';
import { headerFacts } from '#engine/models/gguf/headerFacts.ts';

/** Everything about a file that its header does not say. */
export interface ModelOrigin {
  readonly digest: string;
  readonly source: InstalledModel['source'];
  /** Name without ending, for files that have no better one. */
  readonly fileName: string;
  /** Id of the catalogue's file. */
  readonly catalogueId: string | null;
  readonly family: CatalogueFamily | null;
  /** The catalogue's entry of this very digest. */
  readonly entry: CatalogueEntry | null;
  readonly installedAt: number;
}

const StoredModel = InstalledModel.omit({ path: true });

/**
 * The row of a file that was checked: what the catalogue says of this digest, else what its header says.
 * Throws a {@link ModelFileError} when the header does not say enough to run it.
 */
export function modelRecord(header: GgufHeader, origin: ModelOrigin) {
  const { architecture, layers, kvBytesPerToken } = header;
  const { digest, source, entry, installedAt } = origin;
  const facts = { architecture, layers, kvBytesPerToken, installedAt };
  if (entry !== null) return { ...entry, ...facts, digest, source, inCatalogue: true };
  const { family, fileName, catalogueId } = origin;
  const parsed = StoredModel.safeParse({
    ...facts,
    digest,
    source,
    inCatalogue: false,
    id: catalogueId?.slice(0, 64) ?? slug(fileName),
    name: (family?.name ?? (header.name.trim() || fileName)).slice(0, 120),
    purpose: family?.purpose ?? 'A file that was added by hand; its purpose is not known.',
    types: family?.types ?? typesOf(header),
    languages: family?.languages ?? [],
    ...headerFacts(header),
    licence: (family?.licence ?? header.licence).slice(0, 64) || 'unknown',
  });
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path.join('.') ?? 'header';
  throw new ModelFileError('damaged', `The header does not say enough to run the model (${field}).`);
}

/** A model with a template follows instructions; one without continues text. */
function typesOf({ chatTemplate }: GgufHeader): TaskType[] {
  return chatTemplate ? [...TaskType.options] : ['code_completion'];
}

/** A name as an id. */
export function slug(name: string): string {
  const words = name.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '-');
  return words.replace(/^[^a-z0-9]+/, '').slice(0, 64) || 'model';
}
