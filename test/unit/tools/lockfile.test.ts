import { expect, test } from 'vitest';
import { packagesWithEngines, withoutEngines } from '#tools/lockfile/engines.mjs';

const engines = { node: '>=24' };
const lock = {
  lockfileVersion: 3,
  packages: {
    '': { name: 'open-swarm', engines },
    'node_modules/a': { version: '1.0.0', engines, integrity: 'x' },
    'node_modules/a/node_modules/b': { version: '2.0.0' },
    'tools/node24': { version: '1.0.0', engines },
  },
};

test('the engines of installed packages are found and taken out, and nothing else', () => {
  expect(packagesWithEngines(lock)).toEqual(['node_modules/a']);
  const trimmed = withoutEngines(lock);
  expect(packagesWithEngines(trimmed)).toEqual([]);
  expect(trimmed).toEqual({
    ...lock,
    packages: { ...lock.packages, 'node_modules/a': { version: '1.0.0', integrity: 'x' } },
  });
  expect(Object.keys(trimmed.packages)).toEqual(Object.keys(lock.packages));
});
