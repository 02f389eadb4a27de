import { describe, expect, test } from 'vitest';
import { components, cycles, graphOf, longestChain } from '#tools/lint/graphs.mjs';
import { checkRoomCycles, fileImports, roomImports } from '#tools/lint/importGraph.mjs';
import { readImports } from '#tools/lint/readImports.mjs';

describe('the imports of a file', () => {
  test.each([
    ["import a from 'x';", 'value'],
    ["import 'x';", 'value'],
    ["import {\n  a,\n  type B,\n} from 'x';", 'value'],
    ["import * as a from 'x';", 'value'],
    ["export { a } from 'x';", 'value'],
    ["export * from 'x';", 'value'],
    ["import type { A } from 'x';", 'type'],
    ["import {\n  type A,\n  type B,\n} from 'x';", 'type'],
    ["export type { A } from 'x';", 'type'],
    ["const a = () => import('x');", 'dynamic'],
  ])('are read from %j', (source, kind) => {
    expect(readImports(`${source}\n`)).toEqual([{ specifier: 'x', kind }]);
  });

  test('are found in any number, and nowhere else', () => {
    const source = "import { a } from 'x';\nimport type { B } from 'y';\nexport const c = Array.from('z');\n";
    expect(readImports(source).map(({ specifier }) => specifier)).toEqual(['x', 'y']);
    expect(readImports("// import { a } from 'x';\nexport const from = 'y';\nexport {};\n")).toEqual([]);
  });
});

const graph = (text: string) =>
  graphOf(
    [],
    text.split(' ').map((edge) => edge.split('>')),
  );

describe('a graph', () => {
  test('falls into groups, each after those it points to', () => {
    expect(components(graph('a>b b>c c>b c>d'))).toEqual([['d'], ['b', 'c'], ['a']]);
  });

  test('tells one shortest cycle per group', () => {
    expect(cycles(graph('a>b b>c c>a b>a x>y y>x y>z a>a'))).toEqual([
      ['a', 'b'],
      ['x', 'y'],
    ]);
    expect(cycles(graph('a>b b>c a>c'))).toEqual([]);
  });

  test('tells its longest chain', () => {
    expect(longestChain(graph('a>b b>c a>c d>c'))).toEqual(['a', 'b', 'c']);
    expect(longestChain(graph('a>b b>c c>b c>d'))).toHaveLength(4);
    expect(longestChain(graphOf([], []))).toEqual([]);
  });
});

describe('rooms', () => {
  const rule = (room: string, ...paths: string[]) => ({ room, paths, node: [], packages: [] });
  const sources: Record<string, string> = {
    'src-coordinator/swarm/a.ts': "import type { B } from '#coordinator/books/b.ts';\n",
    'src-coordinator/books/b.ts': "import { c } from './money/c.ts';\n",
    'src-coordinator/books/money/c.ts': "import { d } from '#shared/d.ts';\nimport { z } from 'zod';\n",
    'src-shared/d.ts': '',
  };
  const table = [
    rule('src-coordinator'),
    rule('src-coordinator/swarm', 'src-coordinator/books'),
    rule('src-coordinator/books'),
    rule('src-coordinator/books/money'),
    rule('src-shared'),
  ];
  const imports = fileImports(Object.keys(sources), (file: string) => sources[file]);

  test('import each other on the level at which they part', () => {
    const levels = roomImports(imports, table);
    const steps = [...levels].map(([level, edges]) => [
      level,
      edges.map((edge: { from: string; to: string }) => `${edge.from} > ${edge.to}`),
    ]);
    expect(steps).toEqual([
      ['src-coordinator', ['src-coordinator/swarm > src-coordinator/books']],
      ['src-coordinator/books', ['(own files) > src-coordinator/books/money']],
      ['', ['src-coordinator > src-shared']],
    ]);
    expect(checkRoomCycles(imports, table)).toEqual([]);
  });

  test('that import each other in a circle are found, by code and by what their READMEs allow', () => {
    const allowed = [
      ...table.filter(({ room }) => !room.endsWith('money')),
      rule('src-coordinator/books/money', 'src-coordinator/swarm'),
    ];
    expect(checkRoomCycles(imports, allowed)).toEqual([
      'src-coordinator: rooms import each other in a circle: ' +
        'swarm → books (src-coordinator/swarm/a.ts), books → swarm (src-coordinator/books/money/README.md)',
    ]);
    const back = { ...sources, 'src-coordinator/books/money/c.ts': "import type { B } from '../b.ts';\n" };
    const read = (file: string) => back[file as keyof typeof back];
    expect(checkRoomCycles(fileImports(Object.keys(back), read), table)).toEqual([
      'src-coordinator/books: rooms import each other in a circle: ' +
        '(own files) → money (src-coordinator/books/b.ts), money → (own files) (src-coordinator/books/money/c.ts)',
    ]);
  });
});
