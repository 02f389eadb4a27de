// What the linter cannot see: READMEs of rooms, names of files, and how many findings are suppressed.
import path from 'node:path';

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

/** Folders whose children are rooms, beside the rooms that are named here themselves. */
const parents = ['src-shared', 'src-main/engine', 'src-coordinator'];
const named = ['src-node', 'src-main', 'src-main/engine', 'src-main/inference-worker', 'src-main/electron'];
const alsoNamed = ['src-main/localClient', 'src-main/cli', 'src-renderer', 'src-coordinator', 'tools', 'test'];

/** Every room that the given files (repository paths with forward slashes) lie in. */
export function roomsOf(files) {
  const rooms = new Set([...named, ...alsoNamed].filter((room) => files.some((file) => file.startsWith(`${room}/`))));
  for (const file of files) {
    const parent = parents.find((folder) => file.startsWith(`${folder}/`));
    const child = parent === undefined ? [] : file.slice(parent.length + 1).split('/');
    if (child.length > 1) rooms.add(`${parent}/${child[0]}`);
  }
  return [...rooms].toSorted();
}

/** Problems with the README of each room; `read` gives a file's text or undefined when it is not there. */
export function checkReadmes(files, read) {
  return roomsOf(files).flatMap((room) => {
    const text = read(`${room}/README.md`);
    if (text === undefined) return [`${room}: has no README.md`];
    const lines = text.trimEnd().split('\n').length;
    return [
      ...(lines > longestReadme ? [`${room}/README.md: ${lines} lines, at most ${longestReadme}`] : []),
      ...(/may import/i.test(text) ? [] : [`${room}/README.md: does not say what the room may import`]),
    ];
  });
}

/** Source files have whole-word names in camelCase or PascalCase, and none that could hold anything. */
export function checkNames(files) {
  return files
    .filter((file) => /^(?:src-|test\/)/.test(file) && /\.(?:ts|tsx)$/.test(file))
    .flatMap((file) => {
      const name = path.posix.basename(file).replace(/\.(?:test\.|spec\.|d\.)?tsx?$/, '');
      if (vagueNames.has(name.toLowerCase())) return [`${file}: the name says nothing of what is inside`];
      return /^[A-Za-z][A-Za-z0-9]*$/.test(name) ? [] : [`${file}: not camelCase or PascalCase`];
    });
}

/** Suppressed findings; the baseline is none. */
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

/** Every test in test/unit stands in the folder of a room, so that a room's tests are found by its name. */
export function checkTestPlaces(files) {
  return files
    .filter((file) => /^test\/unit\/[^/]+$/.test(file))
    .map((file) => `${file}: belongs into the folder of its room`);
}
