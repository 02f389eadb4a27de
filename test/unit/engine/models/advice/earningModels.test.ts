import { expect, test } from 'vitest';
import { CatalogueFamily } from '#shared/domain/models/catalogueFamily.ts';
import type { FitVerdict } from '#shared/domain/models/fitVerdict.ts';
import { earningModels } from '#engine/models/advice/earningModels.ts';
import { installationCatalogue } from '#coordinator/catalogue/coordinatorCatalogue.ts';
import { benchmarkReport } from '#test/helpers/benchmarkReport.ts';
import { starterModel } from '#test/helpers/starterModel.ts';

const [first] = installationCatalogue().families ?? [];
const family = CatalogueFamily.parse(first);
const file = family.files.find((one) => one.digest !== null);
if (file === undefined) throw new Error('The first family of the catalogue has no file with a digest');
const digest = String(file.digest);
const verdict: FitVerdict = {
  fit: 'well',
  sentence: 'It fits.',
  needBytes: 1e9,
  availableBytes: 8e9,
  contextSize: 2048,
  slots: 1,
  tokensPerSecond: 20,
  estimateErrorPercent: null,
};
const row = { file, installed: null, verdict };
const imported = { ...starterModel, digest: 'b'.repeat(64), inCatalogue: false, sizeClass: 'small' as const };

function earning(change: Partial<Parameters<typeof earningModels>[0]>) {
  return earningModels({
    installed: [starterModel, imported],
    families: [{ family, rows: [row] }],
    complete: new Set(),
    admitted: null,
    private: false,
    measured: benchmarkReport(),
    speedOf: () => 30,
    ...change,
  }).map(({ id, installed, sizeClass }) => ({ id, installed, sizeClass }));
}

const starter = { id: starterModel.id, installed: starterModel.digest, sizeClass: 'tiny' };

test('where the swarm does not tell, what the app knows completely earns', () => {
  expect(earning({})).toEqual([starter]);
  expect(earning({ complete: new Set([file.id]) })).toMatchObject([starter, { id: file.id, installed: null }]);
});

test('where it tells, its word counts, at the price of the real size', () => {
  expect(earning({ admitted: new Set([imported.digest]) })).toMatchObject([
    { installed: imported.digest, sizeClass: 'small' },
  ]);
  expect(earning({ admitted: new Set([digest]), complete: new Set() })).toMatchObject([
    { id: file.id, installed: null },
  ]);
  expect(earning({ admitted: new Set(), complete: new Set([file.id]) })).toEqual([]);
});

test('in a private swarm everything earns; what nobody knows as the smallest', () => {
  expect(earning({ private: true })).toMatchObject([
    starter,
    { installed: imported.digest, sizeClass: 'tiny' },
    { id: file.id },
  ]);
});
