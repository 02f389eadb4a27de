import { describe, expect, test } from 'vitest';
import { checkDrawing, drawImports, withoutDetours } from '#tools/house/drawImports.mjs';
import { writersOfLiveState } from '#tools/house/liveState.mjs';
import { measure } from '#tools/house/measure.mjs';
import { checkWalk, checkWalks, readWalks } from '#tools/house/readWalks.mjs';
import { boxesIn, crowdedFolders, filesWithLines } from '#tools/house/sizes.mjs';
import { unusedNames } from '#tools/house/unusedNames.mjs';
import { graphOf } from '#tools/lint/graphs.mjs';

function reader(texts: Record<string, string>): (file: string) => string | undefined {
  return (file) => texts[file];
}

describe('a walk', () => {
  const document = [
    '### Walk: settlement',
    '1. `src-coordinator/a.ts` calls',
    '2. `src-coordinator/b.ts`, by `task:end` and `Books`',
    '### Something else',
    '1. `src-coordinator/c.ts` is not part of it',
    '### Walk: empty',
  ].join('\n');
  const texts = { 'src-coordinator/a.ts': "send('task:end')", 'src-coordinator/b.ts': "on('task:end')" };
  const walk = {
    name: 'settlement',
    steps: [
      { file: 'src-coordinator/a.ts', names: [] },
      { file: 'src-coordinator/b.ts', names: ['task:end', 'Books'] },
    ],
  };

  test('is read from its list', () => {
    expect(readWalks(document)).toEqual([walk, { name: 'empty', steps: [] }]);
  });

  test('goes on by a name that both files have', () => {
    expect(checkWalk(walk, [], reader(texts))).toEqual([]);
    const silentEnd = reader({ ...texts, 'src-coordinator/b.ts': 'nothing' });
    expect(checkWalks(document, [], silentEnd)).toEqual([
      'Walk "settlement": nothing leads from src-coordinator/a.ts to src-coordinator/b.ts',
    ]);
  });

  test('goes on by an import in either direction', () => {
    const there = { from: 'src-coordinator/a.ts', to: 'src-coordinator/b.ts' };
    const back = { from: there.to, to: there.from };
    const silent = reader({ 'src-coordinator/a.ts': '', 'src-coordinator/b.ts': '' });
    expect(checkWalk(walk, [there], silent)).toEqual([]);
    expect(checkWalk(walk, [back], silent)).toEqual([]);
  });

  test('names files that are there', () => {
    expect(checkWalk(walk, [], reader({ 'src-coordinator/a.ts': '' }))).toEqual([
      'Walk "settlement": src-coordinator/b.ts is not there',
    ]);
  });
});

test('writers of live state keep it or assign its fields', () => {
  const texts = {
    'types.ts':
      'export interface LiveTask {\n  phase: string;\n  readonly id: string;\n}\n\nexport interface LiveRun {\n  count: number;\n}\n',
    'assigns.ts': "task.phase = 'over';\n",
    'counts.ts': 'liveRun.count += 1;\n',
    'steps.ts': 'task.run.count++;\n',
    'reads.ts': "if (task.phase === 'over' || run.count >= 2) return task.phase;\n",
    'keeps.ts': 'readonly #tasks = new Map<string, LiveTask>();\n',
    'others.ts': "other.phase = 'over';\ntask.id = '';\n",
  };
  const files = Object.keys(texts);
  expect(writersOfLiveState(files, reader(texts))).toEqual(['assigns.ts', 'counts.ts', 'steps.ts', 'keeps.ts']);
  expect(writersOfLiveState(files.slice(1), reader(texts))).toEqual(['keeps.ts']);
});

test('names that a README allows and no file of the room needs are found', () => {
  const texts = {
    'src-a/x.ts': "import '#shared/util/clock.ts';\nimport 'zod/mini';\nimport './y.ts';\n",
    'src-a/inner/z.ts': "import 'pino';\nimport path from 'node:path';\n",
  };
  const outer = { room: 'src-a', paths: ['src-shared/util', 'src-node'], node: ['node:'], packages: ['zod', 'pino'] };
  const inner = { room: 'src-a/inner', paths: [], node: ['node:'], packages: ['pino'] };
  expect(unusedNames(Object.keys(texts), reader(texts), [outer, inner])).toEqual([
    'src-a: src-node',
    'src-a: node:',
    'src-a: pino',
  ]);
});

describe('sizes', () => {
  const files = ['a/README.md', 'a/x.ts', 'a/b/y.ts', 'a/b/z.ts', 'ab/x.ts'];

  test('of folders count files and folders, READMEs left out', () => {
    expect(boxesIn(files, 'a')).toEqual(['x.ts', 'b']);
    expect(crowdedFolders(files, 1)).toEqual(['a (2)', 'a/b (2)']);
    expect(crowdedFolders(files, 2)).toEqual([]);
  });

  test('of files are lines', () => {
    const read = reader({ 'a/x.ts': '1\n2\n3\n', 'a/b/y.ts': '1\n' });
    expect(filesWithLines(['a/x.ts', 'a/b/y.ts'], read, (lines: number) => lines > 2)).toEqual(['a/x.ts (3)']);
  });
});

describe('the drawing', () => {
  test('leaves out what a longer way says', () => {
    const graph = graphOf(
      [],
      [
        ['a', 'b'],
        ['b', 'c'],
        ['a', 'c'],
        ['a', 'd'],
      ],
    );
    expect([...withoutDetours(graph).get('a')]).toEqual(['b', 'd']);
  });

  test('keeps all edges of a cycle', () => {
    const graph = graphOf(
      [],
      [
        ['a', 'b'],
        ['b', 'a'],
        ['b', 'c'],
      ],
    );
    expect([...withoutDetours(graph)].map(([node, next]) => [node, [...next]])).toEqual([
      ['a', ['b']],
      ['b', ['a', 'c']],
      ['c', []],
    ]);
  });

  const edge = { from: 'src-coordinator/swarm', to: '(own files)', because: '' };

  test('names rooms without their level', () => {
    expect(drawImports(new Map([['src-coordinator', [edge]]]))).toContain(
      '  swarm["swarm"] --> own_files["own files"]\n',
    );
  });
});

test('the drawing is checked against the code', () => {
  const levels = new Map();
  expect(checkDrawing(reader({ 'docs/imports.md': drawImports(levels) }), levels)).toEqual([]);
  expect(checkDrawing(reader({ 'docs/imports.md': '' }), levels)).toHaveLength(1);
});

test('the counts name what was counted', () => {
  const texts: Record<string, string> = {
    'src-coordinator/host/a.ts': "import '#coordinator/books/b.ts';\n",
    'src-coordinator/books/b.ts': "import type { A } from '#coordinator/host/a.ts';\n",
    'ARCHITECTURE.md':
      "### Walk: settlement\n1. `src-coordinator/books/b.ts`\n### Timers on a token's way\n- `src-coordinator/books/b.ts`\n",
  };
  const rule = { paths: [], node: [], packages: [] };
  const table = ['src-coordinator', 'src-coordinator/host', 'src-coordinator/books'].map((room) => ({ room, ...rule }));
  const counts = measure({ files: Object.keys(texts), read: reader(texts) }, table);
  expect(counts.find(({ name }) => name === 'boxes at the top level of the coordinator')).toMatchObject({ now: 2 });
  expect(counts.find(({ name }) => name.startsWith('import cycles between files'))?.items).toHaveLength(1);
  expect(counts.find(({ name }) => name === 'import cycles between rooms')?.items).toHaveLength(1);
  expect(counts.find(({ name }) => name === 'files to open: settlement')).toMatchObject({ now: 1, items: [] });
  expect(counts.find(({ name }) => name === 'files to open: offer → assignment')?.now).toBeUndefined();
  expect(counts.find(({ name }) => name === "timers on a token's way")).toMatchObject({
    now: 1,
    items: ['src-coordinator/books/b.ts sets no timer'],
  });
});
