import type { CatalogueRow } from '#shared/api/models.ts';
import type { BenchmarkReport } from '#shared/domain/machine/benchmark.ts';
import { type CatalogueFamily } from '#shared/domain/models/catalogueFamily.ts';
import type { EarningModel } from '#shared/domain/money/earningAdvice.ts';
import { offeredSpeed } from '#shared/domain/money/expectedEarnings.ts';
import { expectedSpeed } from '#shared/domain/models/expectedSpeed.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { sizeClassOf } from '#shared/domain/money/prices.ts';

/** What was measured on this machine: the newest numbers of each model, and of the memory. */
export type Measured = Pick<BenchmarkReport, 'models' | 'memory'>;

interface Here {
  readonly installed: readonly InstalledModel[];
  readonly families: readonly { readonly family: CatalogueFamily; readonly rows: readonly CatalogueRow[] }[];
  /** Ids of the catalogue's files of which everything is known; these serve paid tasks of every public swarm. */
  readonly complete: ReadonlySet<string>;
  /** Digests of the models that the joined swarm pays, as it says itself; null while it does not tell. */
  readonly admitted: ReadonlySet<string> | null;
  readonly private: boolean;
  readonly measured: Measured;
  /** Of one answer, where a run has shown it; null otherwise. */
  readonly speedOf: (digest: string) => number | null;
}

/** The models that could earn here: those that are installed, and those of the catalogue that fit the machine. */
export function earningModels(here: Here): EarningModel[] {
  const files = here.families.flatMap(({ family, rows }) =>
    rows.flatMap((row) => (row.installed === null ? catalogueModel(family, row, here) : [])),
  );
  return [...here.installed.flatMap((model) => installedModel(model, here)), ...files];
}

function installedModel(model: InstalledModel, here: Here): EarningModel[] {
  const { digest, id, name, types, sizeBytes, inCatalogue } = model;
  const isKnown = here.admitted?.has(digest) ?? inCatalogue;
  if (!isKnown && !here.private) return [];
  const row = here.measured.models.find((one) => one.digest === digest);
  const seen = row === undefined ? here.speedOf(digest) : offeredSpeed(row);
  const tokensPerSecond = seen ?? expectedSpeed(sizeBytes, here.measured);
  if (tokensPerSecond === null) return [];
  // Files that no catalogue knows are paid as the smallest (rules 1.4).
  const sizeClass = isKnown ? model.sizeClass : 'tiny';
  return [{ id, name, installed: digest, types, sizeClass, sizeBytes, tokensPerSecond, measured: seen !== null }];
}

function catalogueModel(family: CatalogueFamily, { file, verdict }: CatalogueRow, here: Here): EarningModel[] {
  const { sizeBytes, id, quantisation, digest } = file;
  const isKnown = here.admitted === null ? here.complete.has(id) : digest !== null && here.admitted.has(digest);
  const fits = verdict.fit === 'well' || verdict.fit === 'slow';
  if (sizeBytes === null || family.parameters === null || !fits || (!isKnown && !here.private)) return [];
  const tokensPerSecond = expectedSpeed(sizeBytes, here.measured) ?? verdict.tokensPerSecond;
  if (tokensPerSecond === null) return [];
  const sizeClass = isKnown ? sizeClassOf(family.parameters) : 'tiny';
  const name = `${family.name} ${quantisation}`;
  const { types } = family;
  return [{ id, name, installed: null, types, sizeClass, sizeBytes, tokensPerSecond, measured: false }];
}
