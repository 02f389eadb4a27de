import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkImport } from '#tools/lint/checkImport.mjs';
import { readImportTable } from '#tools/lint/importTable.mjs';
import { parseMayImport } from '#tools/lint/mayImport.mjs';

describe('the line "May import"', () => {
  test('names folders, modules of Node and packages', () => {
    const line = 'May import: `#node`, `#shared/{api,domain}`, `#engine/store/a.ts`, `node:`, `zod`, `@koromix/*`.';
    expect(parseMayImport(`# a\n\nA room.\n\n${line}\n`)).toEqual({
      paths: ['src-node', 'src-shared/api', 'src-shared/domain', 'src-main/engine/store/a.ts'],
      node: ['node:'],
      packages: ['zod', '@koromix/*'],
    });
  });

  test('may name nothing', () => {
    expect(parseMayImport('May import: nothing.')).toEqual({ paths: [], node: [], packages: [] });
  });

  test.each([
    ['A room.', 'exactly one line'],
    ['May import: `zod`.\nMay import: `pino`.', 'exactly one line'],
    ['Gives: a. May import: `zod`.', 'hold nothing else'],
    ['May import: `zod`. No clock.', 'is not one name'],
    ['May import: `zod`', 'hold nothing else'],
    ['May import: zod.', 'is not one name'],
    ['May import: `#nowhere/a`.', 'unknown alias'],
    ['May import: `../a`.', 'neither'],
  ])('is refused: %j', (text, why) => {
    expect(parseMayImport(text)).toEqual({ problem: expect.stringContaining(why) as string });
  });
});

describe('an import', () => {
  const table = [
    { room: 'src-coordinator', paths: ['src-node'], node: ['node:'], packages: [] },
    {
      room: 'src-coordinator/books',
      paths: ['src-coordinator/storage', 'src-shared/util/clock.ts'],
      node: ['node:path'],
      packages: ['zod', '@scure/*'],
    },
    { room: 'src-coordinator/audit', problem: 'has no line' },
  ];
  const problem = (specifier: string, file = 'src-coordinator/books/money/a.ts'): string | undefined =>
    checkImport(file, specifier, table);

  test.each([
    './b.ts',
    '../b.ts',
    '#coordinator/books/b.ts',
    '#coordinator/storage/commit/b.ts',
    '#shared/util/clock.ts',
    'node:path',
    'zod',
    'zod/mini',
    '@scure/base',
  ])('of %s is allowed by its name', (specifier) => expect(problem(specifier)).toBeUndefined());

  test.each(['#node/a.ts', '#coordinator/storage2/a.ts', '#shared/util/random.ts', 'node:fs', 'fs', 'zod2', '@scure'])(
    'of %s is refused, whatever the room around may do',
    (specifier) => expect(problem(specifier)).toContain('src-coordinator/books may not import'),
  );

  test('out of the folder above is refused everywhere', () => {
    expect(problem('../../a.ts')).toContain('Use a subpath import');
    expect(problem('../../a.ts', 'test/unit/a.ts')).toContain('Use a subpath import');
  });

  test('outside of the rooms is not checked', () => expect(problem('electron', 'test/a.ts')).toBeUndefined());

  test('of a room whose line cannot be read names the line', () => {
    expect(problem('zod', 'src-coordinator/audit/a.ts')).toBe('src-coordinator/audit/README.md: has no line.');
  });
});

describe('the table', () => {
  let root = '';
  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'open-swarm-table-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  test('has one rule per folder with a README below the source trees', async () => {
    for (const folder of ['src-a', 'src-a/inner/deep', 'test', 'other']) {
      await mkdir(path.join(root, folder), { recursive: true });
      await writeFile(path.join(root, folder, 'README.md'), 'May import: `zod`.\n');
    }
    const rule = { paths: [], node: [], packages: ['zod'] };
    expect(readImportTable(root)).toEqual([
      { room: 'src-a', ...rule },
      { room: 'src-a/inner/deep', ...rule },
    ]);
  });
});
