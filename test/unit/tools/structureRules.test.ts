import { describe, expect, test } from 'vitest';
import { checkNames, checkReadmes, checkSuppressions, checkTestPlaces, roomsOf } from '#tools/lint/structureRules.mjs';

const nothing = () => undefined;

describe('rooms', () => {
  test('are the source trees and the children of the large ones', () => {
    const files = [
      'src-main/engine/contribution/policy/decide.ts',
      'src-main/engine/work/taskPipeline.ts',
      'src-shared/util/clock.ts',
      'docs/rules.md',
    ];
    expect(roomsOf(files)).toEqual([
      'src-main',
      'src-main/engine',
      'src-main/engine/contribution',
      'src-main/engine/work',
      'src-shared/util',
    ]);
  });
});

describe('README', () => {
  const files = ['src-node/a.ts'];

  test('is there', () => expect(checkReadmes(files, nothing)).toEqual(['src-node: has no README.md']));

  test('is short', () => {
    const text = `${'line\n'.repeat(15)}May import: nothing.\n`;
    expect(checkReadmes(files, () => text)).toEqual(['src-node/README.md: 16 lines, at most 15']);
  });

  test('says what may be imported', () => {
    expect(checkReadmes(files, () => 'A room.\n')).toHaveLength(1);
    expect(checkReadmes(files, () => 'May import: nothing.\n')).toEqual([]);
  });

  test('is checked in inner rooms that have one', () => {
    const inner = [...files, 'src-node/keys/README.md'];
    const read = (file: string) => (file === 'src-node/README.md' ? 'May import: nothing.\n' : 'May import: Node.\n');
    expect(checkReadmes(inner, read)).toEqual(['src-node/keys/README.md: "Node" is not one name in back-ticks']);
  });

  test('of tools and tests says nothing of imports', () => {
    expect(checkReadmes(['tools/a.mjs', 'test/a.ts'], () => 'Tools.\n')).toEqual([]);
  });
});

describe('names', () => {
  test.each(['src-node/utils.ts', 'src-node/Helpers.ts', 'src-node/my-file.ts', 'test/unit/node/a_b.test.ts'])(
    'refuses %s',
    (file) => expect(checkNames([file])).toHaveLength(1),
  );

  test('allows whole words', () => {
    expect(checkNames(['src-node/entryPoint.ts', 'src-node/Installation.ts', 'test/unit/node/a.test.tsx'])).toEqual([]);
  });
});

describe('suppressions', () => {
  test.each([
    '// oxlint-disable-next-line',
    '/* eslint-disable */',
    '// @ts-ignore',
    '// @ts-expect-error',
    '/* v8 ignore next */',
  ])('refuses %s', (line) => {
    expect(checkSuppressions(['src-node/a.ts'], () => `const a = 1;\n${line}\n`)).toEqual([
      'src-node/a.ts:2: suppresses a finding',
    ]);
  });

  test('finds none in plain code', () =>
    expect(checkSuppressions(['src-node/a.ts'], () => 'const a = 1;\n')).toEqual([]));
});

test('unit tests are in the folder of their room', () => {
  expect(checkTestPlaces(['test/unit/a.test.ts', 'test/unit/node/a.test.ts'])).toEqual([
    'test/unit/a.test.ts: belongs in the folder of its room',
  ]);
});
