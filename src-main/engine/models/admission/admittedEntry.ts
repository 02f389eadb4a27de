import { CatalogueEntry } from '#shared/domain/models/catalogue.ts';
import type { CatalogueFamily } from '#shared/domain/models/catalogueFamily.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { TaskType } from '#shared/domain/tasks/taskType.ts';
import type { GgufHeader } from '#engine/models/gguf/ggufHeader.ts';
import { slug } from '#engine/models/gguf/modelFileName.ts';
import { headerFacts } from '#engine/models/gguf/headerFacts.ts';

/** A model file that was inspected, on this machine or on a hub. */
export interface InspectedFile {
  readonly header: GgufHeader;
  readonly digest: string;
  /** File name without extension; used when there is no better name. */
  readonly fileName: string;
  readonly source: CatalogueEntry['source'];
  /** Id in the app's catalogue; null when the file is not in it. */
  readonly catalogueId: string | null;
  readonly family: CatalogueFamily | null;
}

/** The operator's specifications of a model; they take precedence over the catalogue. */
export interface OperatorInput {
  readonly types?: readonly TaskType[] | undefined;
  readonly name?: string | undefined;
  readonly languages?: readonly string[] | undefined;
  readonly licence?: string | undefined;
}

/**
 * The complete catalogue entry of a model that an operator admits. Facts come from the file's header, for which the
 * digest vouches; its purpose must come from the operator or the catalogue. Throws a SwarmError that names the field:
 * `invalid_message` for one that the operator omitted or got wrong, `model_refused` for one that the file lacks.
 */
export function admittedEntry(file: InspectedFile, input: OperatorInput): CatalogueEntry {
  const { header, digest, fileName, source, catalogueId, family } = file;
  const familyName = family === null ? undefined : `${family.name} ${header.quantisation}`;
  const parsed = CatalogueEntry.safeParse({
    digest,
    id: catalogueId?.slice(0, 64) ?? slug(fileName),
    name: input.name ?? familyName ?? (header.name.trim() || fileName),
    purpose: family?.purpose ?? 'Admitted by the operator of this swarm.',
    types: input.types ?? family?.types ?? missing('types', 'the catalogue does not state its purpose', '--types'),
    languages: input.languages ?? family?.languages ?? [],
    ...headerFacts(header),
    licence:
      input.licence ?? family?.licence ?? (header.licence || missing('licence', 'its header states none', '--licence')),
    source,
  });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.map(String).join('.') ?? '';
  const isInput = /^(types|name|languages|licence)/.test(field);
  throw new SwarmError(isInput ? 'invalid_message' : 'model_refused', `${field}: ${issue?.message ?? 'not valid'}`, {
    field,
  });
}

function missing(field: string, reason: string, option: string): never {
  throw new SwarmError('invalid_message', `${field}: ${reason}; set it with ${option}.`, { field });
}
