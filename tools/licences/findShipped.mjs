import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { importedPackages } from './importedPackages.mjs';
import { shippedPackages } from './shippedPackages.mjs';

/**
 * The packages that ship with the app of this checkout, with all their transitive dependencies: its run-time dependencies,
 * which are copied into the package, and the development dependencies that are bundled into the page.
 */
export function findShipped(root) {
  const read = (file) => readFileSync(path.join(root, file), 'utf8');
  const { dependencies, optionalDependencies, devDependencies } = JSON.parse(read('package.json'));
  const sources = globSync('src-renderer/**/*.{ts,tsx,css}', { cwd: root });
  const ofPage = new Set(sources.flatMap((file) => importedPackages(read(file))));
  return shippedPackages(JSON.parse(read('package-lock.json')), [
    ...Object.keys({ ...dependencies, ...optionalDependencies }),
    ...Object.keys(devDependencies).filter((name) => ofPage.has(name)),
  ]);
}
