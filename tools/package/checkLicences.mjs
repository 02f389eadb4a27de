import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Packages that ship but are missing from the list of licences: those beside the archive, and those that the
 * bundler found in the page (`build.license` of electron.vite.config.ts).
 * @param {string} root of the repository, built
 * @param {string} resources of the package
 * @returns {string[]} problems
 */
export function checkLicences(root, resources) {
  const beside = path.join(resources, 'app.asar.unpacked');
  const shipped = globSync('**/node_modules/{*,@*/*}/package.json', { cwd: beside }).map((file) =>
    read(path.join(beside, file)),
  );
  return unlisted(
    [...shipped, ...read(path.join(root, 'out/renderer/.vite/license.json'))],
    read(path.join(root, 'src-renderer/features/settings/app/licences.json')),
  );
}

/**
 * @typedef {{ name: string, version: string }} Package
 * @param {readonly Package[]} shipped
 * @param {readonly Package[]} listed
 */
export function unlisted(shipped, listed) {
  const known = new Set(listed.map((each) => nameOf(each)));
  const missing = shipped.map((each) => nameOf(each)).filter((name) => !known.has(name));
  return [...new Set(missing)].map((name) => `ships, but is not in the list of licences: ${name}`);
}

function read(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function nameOf({ name, version }) {
  return `${name}@${version}`;
}
