// Removes the `engines` of packages from package-lock.json. npm compares them with the Node that runs npm and prints a
// screenful of warnings under an older one, although everything here runs on the Node 24 that npm installs (tools/node24).
// `--check` only reports whether any are left.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packagesWithEngines, withoutEngines } from './lockfile/engines.mjs';

const file = path.resolve(import.meta.dirname, '..', 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const left = packagesWithEngines(lock);

if (!process.argv.includes('--check')) {
  writeFileSync(file, `${JSON.stringify(withoutEngines(lock), null, 2)}\n`);
  console.log(`${left.length} engines taken out of package-lock.json`);
} else if (left.length > 0) {
  console.error(
    `package-lock.json names the engines of ${left.length} packages: run \`node tools/trim-lockfile.mjs\`.`,
  );
  process.exitCode = 1;
}
