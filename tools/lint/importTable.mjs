import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseMayImport } from './mayImport.mjs';

/**
 * Reads the import table from the READMEs of the rooms. A room is a folder of a source tree (src-…) that has a README;
 * a folder without one belongs to the nearest room above it.
 * Returns one rule per room, sorted by path: `{ room, paths, node, packages }`, or `{ room, problem }` for a malformed line,
 * which allows nothing.
 */
export function readImportTable(root) {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.startsWith('src-'))
    .flatMap((entry) => roomsBelow(root, entry.name))
    .map((room) => ({ room, ...parseMayImport(readFileSync(path.join(root, room, 'README.md'), 'utf8')) }));
}

function roomsBelow(root, folder) {
  const below = readdirSync(path.join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => roomsBelow(root, `${folder}/${entry.name}`));
  return existsSync(path.join(root, folder, 'README.md')) ? [folder, ...below] : below;
}

/** The rule of the deepest room that contains a file or folder. */
export function ruleOf(file, table) {
  return table.filter((rule) => isInside(file, rule.room)).toSorted((a, b) => b.room.length - a.room.length)[0];
}

export function isInside(file, folder) {
  return file === folder || file.startsWith(`${folder}/`);
}
