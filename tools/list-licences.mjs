// Writes THIRD-PARTY-NOTICES.md: what ships with the app and under which licence. `--check` only says whether it is true.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findShipped } from './licences/findShipped.mjs';
import { unacceptedLicences } from './licences/shippedPackages.mjs';

const root = path.resolve(import.meta.dirname, '..');
const file = path.join(root, 'THIRD-PARTY-NOTICES.md');
function notices(packages) {
  return [
    '# What Open Swarm is made of',
    '',
    'Open Swarm itself is under the MIT licence (LICENSE). It ships with the packages below, each under its own licence;',
    'the texts lie in `licences.txt` of an installed app. It also carries Node.js (MIT, with',
    'its parts listed in its own LICENSE), llama.cpp inside node-llama-cpp (MIT) and, as a desktop app, Electron (MIT)',
    'with Chromium, whose licences lie beside the program. The starter model was trained for Open Swarm (MIT).',
    '',
    'This list is written by `node tools/list-licences.mjs` from the lockfile.',
    '',
    '| Package | Version | Licence |',
    '| --- | --- | --- |',
    ...packages.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`),
    '',
  ].join('\n');
}

const packages = findShipped(root);
const unknown = unacceptedLicences(packages);
const text = notices(packages);
if (unknown.length > 0) {
  console.error(
    unknown.map(({ name, version, licence }) => `${name}@${version}: ${licence} is not an accepted licence`).join('\n'),
  );
  process.exitCode = 1;
} else if (!process.argv.includes('--check')) {
  writeFileSync(file, text);
  console.log(`${packages.length} packages in THIRD-PARTY-NOTICES.md`);
} else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
  console.error('THIRD-PARTY-NOTICES.md is not up to date: run `node tools/list-licences.mjs`.');
  process.exitCode = 1;
} else {
  console.log(`${packages.length} packages, all under accepted licences`);
}
