// Checks that need more than one file: READMEs of rooms, file names, suppressed findings, places of tests.
import path from 'node:path';
import { parseMayImport } from './mayImport.mjs';

const longestReadme = 15;
const vagueNames = new Set([
  'utils',
  'util',
  'helpers',
  'helper',
  'misc',
  'common',
  'types',
  'interfaces',
  'constants',
]);
const suppression = /(?:oxlint|eslint)-disable|@ts-(?:ignore|nocheck|expect-error)|v8 ignore|istanbul ignore/;

/** Folders whose direct children are rooms, and single folders that are rooms. */
const parents = ['src-shared', 'src-main', 'src-main/engine', 'src-coordinator'];
const named = ['src-node', 'src-main', 'src-coordinator', 'src-renderer', 'tools', 'test'];

/** Every room that needs a README, for the given files (repository paths with forward slashes). Others may have one. */
export function roomsOf(files) {
  const rooms = new Set(named.filter((room) => files.some((file) => file.startsWith(`${room}/`))));
  for (const parent of parents) {
    for (const file of files) {
      const child = file.startsWith(`${parent}/`) ? file.slice(parent.length + 1).split('/') : [];
      if (child.length > 1) rooms.add(`${parent}/${child[0]}`);
    }
  }
  return [...rooms].toSorted();
}

/**
 * Problems with the README of each room: required ones, and all others below a source tree (src-…).
 * `read` returns a file's text, or undefined if there is no such file.
 */
export function checkReadmes(files, read) {
  const present = files.filter((file) => /^src-.*\/README\.md$/.test(file)).map((file) => path.posix.dirname(file));
  return [...new Set([...roomsOf(files), ...present])].flatMap((room) => {
    const text = read(`${room}/README.md`);
    if (text === undefined) return [`${room}: has no README.md`];
    const lines = text.trimEnd().split('\n').length;
    const { problem } = room.startsWith('src-') ? parseMayImport(text) : {};
    return [
      ...(lines > longestReadme ? [`${room}/README.md: ${lines} lines, at most ${longestReadme}`] : []),
      ...(problem === undefined ? [] : [`${room}/README.md: ${problem}`]),
    ];
  });
}

/** Source files are named in camelCase or PascalCase, with whole words that say what is inside. */
export function checkNames(files) {
  return files
    .filter((file) => /^(?:src-|test\/)/.test(file) && /\.(?:ts|tsx)$/.test(file))
    .flatMap((file) => {
      const name = path.posix.basename(file).replace(/\.(?:test\.|spec\.|d\.)?tsx?$/, '');
      if (vagueNames.has(name.toLowerCase())) return [`${file}: the name does not say what is inside`];
      return /^[A-Za-z][A-Za-z0-9]*$/.test(name) ? [] : [`${file}: not camelCase or PascalCase`];
    });
}

/** Suppressed findings; none are allowed. */
export function checkSuppressions(files, read) {
  return files
    .filter((file) => /\.(?:ts|tsx|mjs|js)$/.test(file) && !isAboutSuppressions(file))
    .flatMap((file) =>
      (read(file) ?? '')
        .split('\n')
        .flatMap((line, index) => (suppression.test(line) ? [`${file}:${index + 1}: suppresses a finding`] : [])),
    );
}

function isAboutSuppressions(file) {
  return file.startsWith('tools/lint/') || file.startsWith('test/unit/tools/');
}

/** Every test in test/unit is in the folder of a room, so that a room's tests are found by its name. */
export function checkTestPlaces(files) {
  return files
    .filter((file) => /^test\/unit\/[^/]+$/.test(file))
    .map((file) => `${file}: belongs in the folder of its room`);
}
