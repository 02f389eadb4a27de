// Writes what ships with the app and under which licence: THIRD-PARTY-NOTICES.md, and the list that Settings shows.
// `--check` only reports whether both are up to date.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findShipped } from './licences/findShipped.mjs';
import { listForPage, notices } from './licences/licenceLists.mjs';
import { unacceptedLicences } from './licences/shippedPackages.mjs';

const root = path.resolve(import.meta.dirname, '..');
const packages = findShipped(root);
const lists = [
  { file: 'THIRD-PARTY-NOTICES.md', text: notices(packages) },
  { file: 'src-renderer/features/settings/app/licences.json', text: listForPage(packages) },
];

function isStale({ file, text }) {
  const place = path.join(root, file);
  return !existsSync(place) || readFileSync(place, 'utf8') !== text;
}

function check() {
  const stale = lists.filter((list) => isStale(list));
  if (stale.length === 0) return `${packages.length} packages, all under accepted licences`;
  throw new Error(`Not up to date: ${stale.map(({ file }) => file).join(', ')}. Run \`node tools/list-licences.mjs\`.`);
}

function write() {
  for (const { file, text } of lists) writeFileSync(path.join(root, file), text);
  return `${packages.length} packages in ${lists.map(({ file }) => file).join(' and ')}`;
}

function run() {
  const unknown = unacceptedLicences(packages);
  if (unknown.length > 0) {
    const named = unknown.map(
      ({ name, version, licence }) => `${name}@${version}: ${licence} is not an accepted licence`,
    );
    throw new Error(named.join('\n'));
  }
  return process.argv.includes('--check') ? check() : write();
}

try {
  console.log(run());
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
