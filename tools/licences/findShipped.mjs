import { readFileSync } from 'node:fs';
import path from 'node:path';
import { importTable } from '../lint/importTable.mjs';
import { shippedPackages } from './shippedPackages.mjs';

/** The packages that ship with this checkout's app: its dependencies, and what the page is built from. */
export function findShipped(root) {
  const read = (name) => JSON.parse(readFileSync(path.join(root, name), 'utf8'));
  const { dependencies, optionalDependencies, devDependencies } = read('package.json');
  const page = importTable.find(({ room }) => room === 'src-renderer').packages;
  const isForPage = (name) =>
    page.some((pattern) => pattern === name || (pattern.endsWith('/*') && name.startsWith(pattern.slice(0, -1))));
  return shippedPackages(read('package-lock.json'), [
    ...Object.keys({ ...dependencies, ...optionalDependencies }),
    ...Object.keys(devDependencies).filter(isForPage),
  ]);
}
