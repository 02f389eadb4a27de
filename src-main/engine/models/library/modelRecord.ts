import type { CatalogueEntry } from '#shared/domain/models/catalogue.ts';
import type { CatalogueFamily } from '#shared/domain/models/catalogueFamily.ts';
import { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { TaskType } from '#shared/domain/tasks/taskType.ts';
import type { GgufHeader } from '#engine/models/gguf/ggufHeader.ts';
import { ModelFileError } from '#engine/models/gguf/ModelFileError.ts';
import { headerFacts } from '#engine/models/gguf/headerFacts.ts';
import { slug } from '#engine/models/gguf/modelFileName.ts';

/** Facts about a file that its header does not contain. */
export interface ModelOrigin {
  readonly digest: string;
  readonly source: InstalledModel['source'];
  /** File name without extension; used when there is no better name. */
  readonly fileName: string;
  /** Id in the catalogue; null when the file is not in it. */
  readonly catalogueId: string | null;
  readonly family: CatalogueFamily | null;
  /** The catalogue's complete entry with this digest; null when there is none. */
  readonly entry: CatalogueEntry | null;
  readonly installedAt: number;
}

const StoredModel = InstalledModel.omit({ path: true });

/**
 * The record of a verified file: from the catalogue's entry with this digest, else from its header. Throws a {@link
 * ModelFileError} when the header is not sufficient.
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
    purpose: family?.purpose ?? 'A manually added file; its purpose is not known.',
    types: family?.types ?? typesOf(header),
    languages: family?.languages ?? [],
    ...headerFacts(header),
    licence: (family?.licence ?? header.licence).slice(0, 64) || 'unknown',
  });
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path.join('.') ?? 'header';
  throw new ModelFileError('damaged', `The header lacks information that is needed to run the model (${field}).`);
}

/** A model with a template follows instructions; one without continues text. */
function typesOf({ chatTemplate }: GgufHeader): TaskType[] {
  return chatTemplate ? [...TaskType.options] : ['code_completion'];
}
