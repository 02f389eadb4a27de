import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chooseCatalogue, keepCatalogue, readCatalogue } from '#engine/models/catalogue/readCatalogue.ts';
import { entryOfDigest, resolveSource } from '#engine/models/catalogue/resolveSource.ts';
import { judgeCatalogue } from '#engine/models/catalogue/signedCatalogue.ts';
import { createSigningKey } from '#node/keys/keys.ts';
import type { Catalogue } from '#shared/domain/models/catalogue.ts';
import type { CatalogueFamily } from '#shared/domain/models/catalogueFamily.ts';
import { completeEntries } from '#shared/domain/models/completeEntries.ts';
import { TaskType } from '#shared/domain/tasks/taskType.ts';
import { unsourcedValues } from '#test/helpers/unsourcedValues.ts';

const builtIn = path.resolve('resources/catalogue.json');
const hub = 'https://huggingface.co';
const catalogue = await readCatalogue(builtIn);
const families = catalogue.families ?? [];
const first = families[0] as CatalogueFamily;
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'open-swarm-catalogue-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the catalogue that ships with the app', () => {
  test('names the address of every value, and of no value that is not there', () => {
    expect(families.flatMap(unsourcedValues)).toEqual([]);
  });

  test('names a fixed state of every source that lies in a repository', () => {
    const addresses = families.flatMap((one) => [one, ...one.files].flatMap(({ from }) => Object.values(from)));
    const moving = addresses.filter(
      (address) => address.startsWith('https://github.com/') && !/\/blob\/[0-9a-f]{40}\//.test(address),
    );
    expect(addresses.length).toBeGreaterThan(400);
    expect(moving).toEqual([]);
  });

  test('a value without an address, or an address without a value, is found', () => {
    const [file] = first.files;
    const { digest: _, ...from } = file?.from ?? {};
    expect(unsourcedValues({ ...first, vocabSize: 5 })).toEqual([`${first.id}.vocabSize`]);
    expect(unsourcedValues({ ...first, licence: null })).toEqual([`${first.id}.licence`]);
    const files = file === undefined ? [] : [{ ...file, from }];
    expect(unsourcedValues({ ...first, files })).toEqual([`${file?.id}.digest`]);
  });

  test('has a model for every type of task and every model that the papers name', () => {
    const types = new Set(families.flatMap((family) => family.types));
    expect(TaskType.options.filter((type) => !types.has(type))).toEqual([]);
    const named = families.flatMap((family) => family.paperNames.map(({ name }) => name)).toSorted();
    expect(named).toEqual([
      'CodeQwen-1.8B',
      'DebugLLM-1.1B',
      'DeepSeek-Coder-1.3B',
      'DocumentationLLM-1.2B',
      'GoExpert-1.2B',
      'JSExpert-1.4B',
      'PythonExpert-1.5B',
      'Qwen3-Coder-1.7B',
      'RustExpert-1.3B',
      'SecurityLLM-1.0B',
      'TestGenLLM-900M',
    ]);
  });

  test('has ids, digests and places that occur once', () => {
    const files = families.flatMap((family) => family.files);
    for (const key of ['id', 'digest'] as const) {
      const values = files.map((file) => file[key]).filter((value) => value !== null);
      expect(new Set(values).size).toBe(values.length);
    }
    expect(new Set(files.map(({ repository, path: file }) => `${repository}/${file}`)).size).toBe(files.length);
  });
});

describe('complete entries', () => {
  test('are those of which everything is known', () => {
    const whole = { ...first, vocabSize: 151_936, eogIds: [151_645], chatTemplate: true };
    const entries = completeEntries({ version: 1, models: catalogue.models, families: [whole] });
    const wanted = whole.files.filter(({ digest, sizeBytes }) => digest !== null && sizeBytes !== null);
    expect(entries.length).toBe(catalogue.models.length + wanted.length);
    expect(entries.at(-1)).toMatchObject({ digest: wanted.at(-1)?.digest, vocabSize: 151_936 });
    expect(completeEntries({ ...catalogue, families: [{ ...whole, eogIds: null }] })).toEqual(catalogue.models);
  });

  test('are found by their digest', () => {
    const [starter] = catalogue.models;
    expect(entryOfDigest(catalogue, starter?.digest ?? '')).toEqual(starter);
    expect(entryOfDigest(catalogue, '0'.repeat(64))).toBe(null);
  });
});

describe('what people call a model', () => {
  test('is an id of a file or family, pinned to its revision', () => {
    const [file] = first.files;
    const byFile = resolveSource(file?.id ?? '', catalogue, hub);
    expect(byFile).toMatchObject({ sha256: file?.digest, sizeBytes: file?.sizeBytes, catalogueId: file?.id });
    expect(byFile.address).toBe(`${hub}/${file?.repository}/resolve/${file?.revision}/${file?.path}`);
    expect(resolveSource(first.id, catalogue, hub)).toEqual(byFile);
  });

  test('is an address, also of the page that shows the file, also on a mirror', () => {
    const page = `${hub}/a/b/blob/main/dir/c.gguf`;
    expect(resolveSource(page, catalogue, hub)).toMatchObject({
      address: `${hub}/a/b/resolve/main/dir/c.gguf`,
      fileName: 'c',
      sha256: null,
    });
    expect(resolveSource(page, catalogue, 'https://mirror.example').address).toBe(
      'https://mirror.example/a/b/resolve/main/dir/c.gguf',
    );
    expect(resolveSource(`${hub}/a/b/resolve/main/100%.gguf`, catalogue, hub).fileName).toBe('100%');
    expect(resolveSource('hf:a/b/c.gguf@v2', catalogue, hub).address).toBe(`${hub}/a/b/resolve/v2/c.gguf`);
  });

  test('is refused when it is none of these', () => {
    for (const wrong of ['no such model', 'hf:a/b', 'ftp://host/file.gguf', 'https://user:word@host/a.gguf']) {
      expect(() => resolveSource(wrong, catalogue, hub)).toThrow();
    }
  });
});

describe('a newer catalogue', () => {
  const publisher = createSigningKey();
  const newer: Catalogue = { version: 1, models: [], families: [{ ...first, name: 'Newer' }] };
  const signed = (edition = 2, key = publisher) => ({
    version: 1,
    edition,
    catalogue: newer,
    publicKey: key.publicKey,
    signature: key.sign('catalogue', { edition, catalogue: newer }),
  });
  const rules = { keys: [publisher.publicKey], edition: 1 };

  test('is accepted under the key of the publisher alone', () => {
    expect(judgeCatalogue(signed(), rules)).toMatchObject({ kind: 'accepted', edition: 2, catalogue: newer });
    expect(judgeCatalogue(signed(2, createSigningKey()), rules).kind).toBe('refused');
    expect(judgeCatalogue(signed(), { ...rules, keys: [] }).kind).toBe('refused');
  });

  test('is refused when it was changed, is older, was signed for something else, or is no catalogue', () => {
    expect(judgeCatalogue({ ...signed(), edition: 3 }, rules).kind).toBe('refused');
    expect(judgeCatalogue(signed(1), rules).kind).toBe('refused');
    const other = publisher.sign('receipts', { edition: 2, catalogue: newer });
    expect(judgeCatalogue({ ...signed(), signature: other }, rules).kind).toBe('refused');
    for (const nonsense of [null, 7, {}, { ...signed(), publicKey: 'x' }]) {
      expect(judgeCatalogue(nonsense, rules).kind).toBe('refused');
    }
  });

  test('of the data folder is used, and what ships with the app stays', async () => {
    const files = {
      builtIn,
      publisher: path.join(folder, 'publisher.json'),
      newer: path.join(folder, 'catalogue.signed.json'),
    };
    await writeFile(files.publisher, JSON.stringify({ version: 1, catalogueKeys: [publisher.publicKey] }));
    expect((await chooseCatalogue(files)).origin).toBe('built_in');
    await writeFile(files.newer, JSON.stringify(signed()));
    const chosen = await chooseCatalogue(files);
    expect(chosen).toMatchObject({ origin: 'publisher', value: { families: [{ name: 'Newer' }] } });
    expect(chosen.value.models).toEqual(catalogue.models);
    await writeFile(files.newer, '{');
    expect((await chooseCatalogue(files)).origin).toBe('built_in');
  });

  test('is kept when it is signed and newer than the kept one, and leaves that alone otherwise', async () => {
    const files = {
      builtIn,
      publisher: path.join(folder, 'publisher.json'),
      newer: path.join(folder, 'models', 'catalogue.signed.json'),
    };
    await writeFile(files.publisher, JSON.stringify({ version: 1, catalogueKeys: [publisher.publicKey] }));
    expect((await keepCatalogue('{', files)).kind).toBe('refused');
    expect(await keepCatalogue(JSON.stringify(signed(5)), files)).toMatchObject({ kind: 'accepted', edition: 5 });
    expect((await chooseCatalogue(files)).origin).toBe('publisher');
    const kept = await readFile(files.newer, 'utf8');
    for (const wrong of [signed(5), signed(4), signed(9, createSigningKey()), { ...signed(6), edition: 7 }]) {
      expect((await keepCatalogue(JSON.stringify(wrong), files)).kind).toBe('refused');
    }
    expect(await readFile(files.newer, 'utf8')).toBe(kept);
    expect(await keepCatalogue(JSON.stringify(signed(6)), files)).toMatchObject({ kind: 'accepted', edition: 6 });
    await writeFile(files.newer, 'not a catalogue');
    expect((await keepCatalogue(JSON.stringify(signed(3)), files)).kind).toBe('accepted');
  });
});
