import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { catalogueView } from '#engine/models/catalogue/catalogueView.ts';
import { modelsToEvict } from '#engine/models/library/evict.ts';
import { judgeFit } from '#engine/models/fit/judgeFit.ts';
import { correctionFor, LoadMeasurements, type LoadMeasurement } from '#engine/models/fit/LoadMeasurements.ts';
import { readCatalogue } from '#engine/models/catalogue/readCatalogue.ts';
import { modelPart } from '#shared/domain/models/memoryEstimate.ts';
import { starterModel } from '#test/helpers/starterModel.ts';

/** The shape of a model of 1.5 B parameters. */
const question = { sizeBytes: 933e6, vocabSize: 151_936, kvBytesPerToken: 28_672, layers: 28, trainedContext: 32_768 };
const machine = { totalBytes: 16e9, modelBytes: 8e9, weightBytesPerSecond: 22e9, graphics: null };
const unlearnt = { factor: 1, errorPercent: null };

describe('a verdict', () => {
  test('says how much of what, and how fast', () => {
    const verdict = judgeFit(question, machine, unlearnt);
    expect(verdict).toMatchObject({ fit: 'well', contextSize: 8192, slots: 1, tokensPerSecond: 23.6 });
    expect(verdict.sentence).toBe('Runs well: 2.4 of 16 GB, about 24 tokens per second.');
  });

  test('calls slow what people cannot read along with', () => {
    const verdict = judgeFit(question, { ...machine, weightBytesPerSecond: 3e9 }, unlearnt);
    expect(verdict).toMatchObject({
      fit: 'slow',
      sentence: expect.stringMatching(/^Runs slowly: .* about 3.2 /) as string,
    });
  });

  test('claims no speed that was not measured', () => {
    const verdict = judgeFit(question, { ...machine, weightBytesPerSecond: null }, unlearnt);
    expect(verdict).toMatchObject({ fit: 'well', tokensPerSecond: null });
    expect(verdict.sentence).not.toContain('tokens per second');
  });

  test('takes less context before it says no, and then says what is missing', () => {
    expect(judgeFit(question, { ...machine, modelBytes: 2.3e9 }, unlearnt).contextSize).toBe(4096);
    const verdict = judgeFit(question, { ...machine, modelBytes: 2e9 }, unlearnt);
    expect(verdict).toMatchObject({ fit: 'no', contextSize: 2048 });
    expect(verdict.sentence).toBe('Does not fit: it needs 2.2 GB, but models may use only 2.0 GB on this computer.');
  });

  test('says which part goes to a graphics card', () => {
    const graphics = { freeBytes: 1.8e9, unified: false };
    const verdict = judgeFit(question, { ...machine, graphics }, unlearnt);
    expect(verdict.graphics).toMatchObject({ ofLayers: 29 });
    expect(verdict.graphics?.layers).toBeGreaterThan(5);
    expect(verdict.graphics?.layers).toBeLessThan(29);
    expect(verdict.graphics?.needBytes).toBeLessThan(1.8e9 * 0.9);
    expect(verdict.sentence).toContain(`${verdict.graphics?.layers} of 29 layers on the graphics card`);
    expect(judgeFit(question, machine, unlearnt).graphics).toBe(undefined);
  });

  test('more slots never need less, and the correction scales what depends on the model', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 16 }), fc.double({ min: 0.5, max: 2, noNaN: true }), (slots, factor) => {
        const need = (n: number, f: number) =>
          judgeFit({ ...question, slots: n, contextSize: 4096 }, machine, { factor: f, errorPercent: 1 }).needBytes ??
          0;
        expect(need(slots + 1, 1)).toBeGreaterThan(need(slots, 1));
        expect(Math.abs(modelPart(need(slots, factor)) - modelPart(need(slots, 1)) * factor)).toBeLessThan(2);
      }),
    );
  });
});

describe('lessons', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'open-swarm-lessons-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const processBytes = -modelPart(0);
  /** A load whose model took so many percent of what was predicted for it, beside the process. */
  const lesson = (digest: string, quantisation: string, percent: number, sizeBytes = 500e6): LoadMeasurement => ({
    digest,
    quantisation,
    sizeBytes,
    predictedBytes: processBytes + 1e9,
    measuredBytes: processBytes + percent * 1e7,
    at: 0,
  });

  test('a load corrects its model first, then those that are stored alike, and no other', () => {
    const lessons = [lesson('a', 'Q4_K', 130), lesson('b', 'Q4_K', 120), lesson('c', 'Q4_K', 80)];
    expect(correctionFor({ digest: 'c', quantisation: 'Q4_K' }, lessons)).toEqual({ factor: 0.8, errorPercent: 19.7 });
    const { factor, errorPercent } = correctionFor({ digest: 'x', quantisation: 'Q4_K' }, lessons);
    expect({ factor, isTooLow: (errorPercent ?? 0) < 0 }).toEqual({ factor: 1.2, isTooLow: true });
    expect(correctionFor({ digest: 'x', quantisation: 'Q8_0' }, lessons)).toEqual(unlearnt);
  });

  test('other models never teach that less is needed, and small ones teach others nothing', () => {
    const other = { digest: 'x', quantisation: 'Q4_K' };
    expect(correctionFor(other, [lesson('a', 'Q4_K', 70)]).factor).toBe(1);
    expect(correctionFor(other, [lesson('a', 'Q4_K', 190, 6e6)])).toEqual(unlearnt);
    // A lesson of an earlier version, which did not note the size.
    const { sizeBytes: _, ...earlier } = lesson('a', 'Q4_K', 190);
    expect(correctionFor(other, [earlier])).toEqual(unlearnt);
    expect(correctionFor({ ...other, digest: 'a' }, [earlier]).factor).toBe(1.9);
  });

  test('are kept, the largest of each model for a month, and a damaged file only means that nothing was learnt', () => {
    const file = path.join(folder, 'memory.json');
    const lessons = new LoadMeasurements(file);
    lessons.add(lesson('a', 'Q4_K', 90));
    lessons.add(lesson('a', 'Q4_K', 95));
    expect(new LoadMeasurements(file).all).toEqual([lesson('a', 'Q4_K', 95)]);
    lessons.add(lesson('a', 'Q4_K', 90));
    expect(lessons.all).toEqual([lesson('a', 'Q4_K', 95)]);
    const later = { ...lesson('a', 'Q4_K', 90), at: 31 * 24 * 3_600_000 };
    lessons.add(later);
    expect(lessons.all).toEqual([later]);
    writeFileSync(file, '{"version":1');
    expect(new LoadMeasurements(file).all).toEqual([]);
  });
});

test('the catalogue has a verdict for every file, and claims nothing about files of unknown size or shape', async () => {
  const { families = [] } = await readCatalogue(path.resolve('resources/catalogue.json'));
  const rows = catalogueView(families, { installed: [], machine, measurements: [] }).flatMap(
    ({ family, rows: files }) => {
      const hasShape = family.layers !== null && family.kvHeads !== null && family.headSize !== null;
      return files.map((row) => ({ ...row, isKnown: hasShape && row.file.sizeBytes !== null }));
    },
  );
  const [known, unknown] = [rows.filter(({ isKnown }) => isKnown), rows.filter(({ isKnown }) => !isKnown)];
  expect(new Set(unknown.map(({ verdict }) => verdict.fit))).toEqual(new Set(['unknown']));
  expect(known.filter(({ verdict }) => verdict.fit === 'unknown')).toEqual([]);
  expect(known.filter(({ file, verdict }) => (verdict.needBytes ?? 0) <= (file.sizeBytes ?? 0))).toEqual([]);
  expect(rows.some(({ verdict }) => verdict.fit === 'well')).toBe(true);
});

describe('making room', () => {
  const model = (digest: string, lastUsedAt: number, source: 'imported' | 'bundled' = 'imported') => ({
    ...starterModel,
    digest,
    source,
    lastUsedAt,
    sizeBytes: 10,
  });
  const state = {
    models: [model('new', 3), model('old', 1), model('middle', 2), model('ours', 0, 'bundled')],
    partialBytes: 0,
    budgetBytes: 45,
    inUse: new Set<string>(),
  };

  test('deletes what was not used for longest, and no more than needed', () => {
    expect(modelsToEvict(5, state)).toEqual([]);
    expect(modelsToEvict(15, state)).toEqual(['old']);
    expect(modelsToEvict(25, state)).toEqual(['old', 'middle']);
    expect(modelsToEvict(1e9, { ...state, budgetBytes: null })).toEqual([]);
  });

  test('never touches what is in use or ships with the app', () => {
    expect(modelsToEvict(15, { ...state, inUse: new Set(['old']) })).toEqual(['middle']);
    expect(modelsToEvict(40, state)).toBe(null);
  });

  test('never exceeds the budget when it says that there is room', () => {
    const use = fc.uniqueArray(fc.constantFrom('new', 'old', 'middle', 'ours'));
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), use, (bytes, budgetBytes, names) => {
        const inUse = new Set<string>(names);
        const evicted = modelsToEvict(bytes, { ...state, budgetBytes, inUse });
        if (evicted === null) return;
        expect(40 - evicted.length * 10 + bytes).toBeLessThanOrEqual(budgetBytes);
        expect(evicted.some((digest) => inUse.has(digest) || digest === 'ours')).toBe(false);
      }),
    );
  });
});
