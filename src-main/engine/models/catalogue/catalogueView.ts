import type { CatalogueRow } from '#shared/api/models.ts';
import type { CatalogueFamily, CatalogueFile } from '#shared/domain/models/catalogueFamily.ts';
import type { FitVerdict } from '#shared/domain/models/fitVerdict.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { judgeFit, type MachineView, unknownFit } from '#engine/models/fit/judgeFit.ts';
import { correctionFor, type LoadMeasurement } from '#engine/models/fit/LoadMeasurements.ts';

/** Assumed where the vocabulary is unknown: the largest in the catalogue, which overestimates by 0.17 GB at most. */
const largestVocabulary = 262_144;

/** State of this machine that the catalogue view depends on. */
export interface Viewer {
  readonly installed: readonly InstalledModel[];
  readonly machine: MachineView;
  readonly measurements: readonly LoadMeasurement[];
}

/** The catalogue with the state of each file on this machine: whether it is installed, and whether it would run. */
export function catalogueView(
  families: readonly CatalogueFamily[],
  viewer: Viewer,
): { family: CatalogueFamily; rows: CatalogueRow[] }[] {
  return families.map((family) => ({ family, rows: family.files.map((file) => rowOf(family, file, viewer)) }));
}

function rowOf(family: CatalogueFamily, file: CatalogueFile, viewer: Viewer): CatalogueRow {
  const model = viewer.installed.find(({ digest, id }) => digest === file.digest || id === file.id.slice(0, 64));
  return { file, installed: model?.digest ?? null, verdict: verdictOf(family, file, { ...viewer, model }) };
}

function verdictOf(
  family: CatalogueFamily,
  file: CatalogueFile,
  { machine, measurements, model }: Viewer & { model: InstalledModel | undefined },
): FitVerdict {
  const correction = correctionFor(
    { digest: model?.digest ?? file.digest, quantisation: file.quantisation },
    measurements,
  );
  if (model !== undefined) return judgeFit({ ...model, trainedContext: model.contextSize }, machine, correction);
  const { layers, kvHeads, headSize, vocabSize, contextSize } = family;
  const { sizeBytes } = file;
  if (sizeBytes === null || layers === null || kvHeads === null || headSize === null) return unknownFit(machine);
  // Keys and values, 16 bits each.
  const kvBytesPerToken = layers * kvHeads * headSize * 2 * 2;
  const shape = { sizeBytes, vocabSize: vocabSize ?? largestVocabulary, kvBytesPerToken, layers };
  return judgeFit({ ...shape, trainedContext: contextSize ?? 0 }, machine, correction);
}
