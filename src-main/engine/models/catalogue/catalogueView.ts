import type { CatalogueRow } from '#shared/api/models.ts';
import type { CatalogueFamily, CatalogueFile } from '#shared/domain/models/catalogueFamily.ts';
import type { FitVerdict } from '#shared/domain/models/fitVerdict.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { judgeFit, type MachineView, unknownFit } from '#engine/models/fit/judgeFit.ts';
import { correctionFor, type Lesson } from '#engine/models/fit/MemoryLessons.ts';

/** Counted where the vocabulary is not known: as large as any model's here, which is at most 0.17 GB too much. */
const largestVocabulary = 262_144;

interface Here {
  readonly installed: readonly InstalledModel[];
  readonly machine: MachineView;
  readonly lessons: readonly Lesson[];
}

/** The catalogue as it looks from this machine. */
export function catalogueView(
  families: readonly CatalogueFamily[],
  here: Here,
): { family: CatalogueFamily; rows: CatalogueRow[] }[] {
  return families.map((family) => ({ family, rows: family.files.map((file) => rowOf(family, file, here)) }));
}

function rowOf(family: CatalogueFamily, file: CatalogueFile, here: Here): CatalogueRow {
  const model = here.installed.find(({ digest, id }) => digest === file.digest || id === file.id.slice(0, 64));
  return { file, installed: model?.digest ?? null, verdict: verdictOf(family, file, { ...here, model }) };
}

function verdictOf(
  family: CatalogueFamily,
  file: CatalogueFile,
  { machine, lessons, model }: Here & { model: InstalledModel | undefined },
): FitVerdict {
  const correction = correctionFor({ digest: model?.digest ?? file.digest, quantisation: file.quantisation }, lessons);
  if (model !== undefined) return judgeFit({ ...model, trainedContext: model.contextSize }, machine, correction);
  const { layers, kvHeads, headSize, vocabSize, contextSize } = family;
  const { sizeBytes } = file;
  if (sizeBytes === null || layers === null || kvHeads === null || headSize === null) return unknownFit(machine);
  // Keys and values, 16 bits each.
  const kvBytesPerToken = layers * kvHeads * headSize * 2 * 2;
  const shape = { sizeBytes, vocabSize: vocabSize ?? largestVocabulary, kvBytesPerToken, layers };
  return judgeFit({ ...shape, trainedContext: contextSize ?? 0 }, machine, correction);
}
