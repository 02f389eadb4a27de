import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  installationCatalogue,
  mergeCatalogues,
  readOwnCatalogue,
  writeOwnCatalogue,
} from '#coordinator/catalogue/coordinatorCatalogue.ts';
import type { Catalogue, CatalogueEntry } from '#shared/domain/models/catalogue.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'open-swarm-own-catalogue-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const [starter] = installationCatalogue().models;
if (starter === undefined) throw new Error('The starter model is not in the catalogue');
const other: CatalogueEntry = { ...starter, digest: 'a'.repeat(64), id: 'other', source: 'imported' };
const of = (...models: CatalogueEntry[]): Catalogue => ({ version: 1, models });

describe('the catalogue of a data folder', () => {
  test('is empty before anything was admitted', () => {
    expect(readOwnCatalogue(folder)).toEqual(of());
    expect(readOwnCatalogue(path.join(folder, 'not', 'there'))).toEqual(of());
  });

  test('comes back as it was written, for its owner alone, and leaves nothing beside it', () => {
    writeOwnCatalogue(folder, of(other));
    expect(readOwnCatalogue(folder)).toEqual(of(other));
    expect(readdirSync(folder)).toEqual(['catalogue.json']);
    if (process.platform === 'win32') return;
    expect(statSync(path.join(folder, 'catalogue.json')).mode & 0o777).toBe(0o600);
  });

  test('that is damaged is refused with the field that is wrong, and nothing wrong is written', () => {
    const file = path.join(folder, 'catalogue.json');
    writeFileSync(file, JSON.stringify(of({ ...other, vocabSize: 0 })));
    expect(() => readOwnCatalogue(folder)).toThrow(
      expect.objectContaining({ code: 'storage_damaged', field: 'models.0.vocabSize' }),
    );
    writeFileSync(file, '{"version":1,');
    expect(() => readOwnCatalogue(folder)).toThrow(expect.objectContaining({ code: 'storage_damaged' }));
    rmSync(file);
    expect(() => writeOwnCatalogue(folder, of({ ...other, digest: 'b' }))).toThrow();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('two catalogues', () => {
  test('are one in which the own entry of a digest counts', () => {
    const mine: CatalogueEntry = { ...starter, name: 'Mine', types: ['documentation'] };
    expect(mergeCatalogues(of(mine, other), of(starter)).models).toEqual([mine, other]);
    expect(mergeCatalogues(of(), of(starter)).models).toEqual([starter]);
  });

  test('files of families count where everything is known of them', () => {
    const [family] = installationCatalogue().families ?? [];
    if (family === undefined) throw new Error('The catalogue has no families');
    const whole = { ...family, vocabSize: 9, eogIds: [2], chatTemplate: true };
    const known = whole.files.filter(({ digest, sizeBytes }) => digest !== null && sizeBytes !== null).length;
    expect(known).toBeGreaterThan(0);
    expect(mergeCatalogues(of(), { ...of(starter), families: [whole] }).models).toHaveLength(1 + known);
    expect(mergeCatalogues({ ...of(), families: [whole] }, of(starter)).models).toHaveLength(known + 1);
    expect(mergeCatalogues(of(), { ...of(starter), families: [family] }).models).toEqual([starter]);
  });
});
