// Checks what the linter cannot see (tools/lint/structureRules.mjs) over all files that belong to the repository.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { checkReferences } from './lint/checkReferences.mjs';
import { checkNames, checkReadmes, checkSuppressions, checkTestPlaces } from './lint/structureRules.mjs';

const root = path.resolve(import.meta.dirname, '..');

function listFiles() {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  return execFileSync('git', list, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 })
    .split('\0')
    .filter((file) => file !== '' && existsSync(path.join(root, file)));
}

function read(file) {
  const full = path.join(root, file);
  return existsSync(full) && statSync(full).isFile() ? readFileSync(full, 'utf8') : undefined;
}

const files = listFiles();
const problems = [
  ...checkReadmes(files, read),
  ...checkNames(files),
  ...checkSuppressions(files, read),
  ...checkTestPlaces(files),
  ...checkReferences(files, read),
];
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
} else {
  console.log(`${files.length} files: READMEs, names and suppressions are fine`);
}
