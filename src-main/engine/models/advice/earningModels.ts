import type { CatalogueRow } from '#shared/api/models.ts';
import type { BenchmarkReport } from '#shared/domain/machine/benchmark.ts';
import { type CatalogueFamily } from '#shared/domain/models/catalogueFamily.ts';
import type { EarningModel } from '#shared/domain/money/earningAdvice.ts';
import { offeredSpeed } from '#shared/domain/money/expectedEarnings.ts';
import { expectedSpeed } from '#shared/domain/models/expectedSpeed.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { sizeClassOf } from '#shared/domain/money/prices.ts';

/** Latest measurements of this machine: of each model, and of main memory. */
export type Measured = Pick<BenchmarkReport, 'models' | 'memory'>;

interface EarningFacts {
  readonly installed: readonly InstalledModel[];
  readonly families: readonly { readonly family: CatalogueFamily; readonly rows: readonly CatalogueRow[] }[];
  /** Ids of the catalogue's complete files, which every public swarm pays for unless it publishes its own list. */
  readonly complete: ReadonlySet<string>;
  /** Digests of the models that the joined swarm pays for; null while unknown. */
  readonly admitted: ReadonlySet<string> | null;
  /** Whether the joined swarm is private; those pay for any model. */
  readonly private: boolean;
  readonly measured: Measured;
  /** Speed of one answer in tokens per second, where a run has shown it; null otherwise. */
  readonly speedOf: (digest: string) => number | null;
}

/** The models that could earn on this machine: installed ones, and those of the catalogue that fit it. */
export function earningModels(facts: EarningFacts): EarningModel[] {
  const files = facts.families.flatMap(({ family, rows }) =>
    rows.flatMap((row) => (row.installed === null ? catalogueModel(family, row, facts) : [])),
  );
  return [...facts.installed.flatMap((model) => installedModel(model, facts)), ...files];
}

function installedModel(model: InstalledModel, facts: EarningFacts): EarningModel[] {
  const { digest, id, name, types, sizeBytes, inCatalogue } = model;
  const isKnown = facts.admitted?.has(digest) ?? inCatalogue;
  if (!isKnown && !facts.private) return [];
  const row = facts.measured.models.find((one) => one.digest === digest);
  const measured = row === undefined ? facts.speedOf(digest) : offeredSpeed(row);
  const tokensPerSecond = measured ?? expectedSpeed(sizeBytes, facts.measured);
  if (tokensPerSecond === null) return [];
  // Files outside of any catalogue are paid at the lowest rate (rules 1.4).
  const sizeClass = isKnown ? model.sizeClass : 'tiny';
  return [{ id, name, installed: digest, types, sizeClass, sizeBytes, tokensPerSecond, measured: measured !== null }];
}

function catalogueModel(family: CatalogueFamily, { file, verdict }: CatalogueRow, facts: EarningFacts): EarningModel[] {
  const { sizeBytes, id, quantisation, digest } = file;
  const isKnown = facts.admitted === null ? facts.complete.has(id) : digest !== null && facts.admitted.has(digest);
  const fits = verdict.fit === 'well' || verdict.fit === 'slow';
  if (sizeBytes === null || family.parameters === null || !fits || (!isKnown && !facts.private)) return [];
  const tokensPerSecond = expectedSpeed(sizeBytes, facts.measured) ?? verdict.tokensPerSecond;
  if (tokensPerSecond === null) return [];
  const sizeClass = isKnown ? sizeClassOf(family.parameters) : 'tiny';
  const name = `${family.name} ${quantisation}`;
  const { types } = family;
  return [{ id, name, installed: null, types, sizeClass, sizeBytes, tokensPerSecond, measured: false }];
}
