// Imports between files, and between rooms on each level of the room tree.
import { ownFile } from './checkImport.mjs';
import { cycles, graphOf } from './graphs.mjs';
import { isInside, ruleOf } from './importTable.mjs';
import { readImports } from './readImports.mjs';

/** The node for files of a level that are in none of its inner rooms. */
export const loose = '(own files)';

/** Every import of one of the files by another: `{ from, to, kind }`, in the order of the files. */
export function fileImports(files, read) {
  const known = new Set(files);
  return files.flatMap((from) =>
    readImports(read(from) ?? '')
      .map(({ specifier, kind }) => ({ from, to: ownFile(from, specifier), kind }))
      .filter(({ to }) => known.has(to)),
  );
}

/**
 * The imports between rooms on each level. A level is a room with rooms inside, or '' for the whole repository; its
 * nodes are the rooms directly below, and `loose`. An import counts on the level where its two ends diverge, so the
 * rooms are acyclic exactly when every level is.
 * Returns a Map from the level to edges `{ from, to, because }`, where `because` is the importing file.
 */
export function roomImports(imports, table) {
  return levelsOf(
    imports.map(({ from, to }) => ({ from, to, because: from })),
    table,
  );
}

/** The same for the imports that READMEs allow; `because` is the README. Permissions between a room and one inside it are skipped. */
export function allowedImports(table) {
  const allowed = table.flatMap((rule) =>
    (rule.paths ?? [])
      .flatMap((allowedPath) => roomsIn(allowedPath, table))
      .filter((to) => !isInside(to, rule.room) && !isInside(rule.room, to))
      .map((to) => ({ from: rule.room, to, because: `${rule.room}/README.md` })),
  );
  return levelsOf(allowed, table);
}

function levelsOf(edges, table) {
  const levels = new Map();
  for (const { from, to, because } of edges) {
    const edge = part(chainOf(from, table), chainOf(to, table));
    if (edge === undefined) continue;
    if (!levels.has(edge.level)) levels.set(edge.level, []);
    levels.get(edge.level).push({ from: edge.from, to: edge.to, because });
  }
  return levels;
}

/** The rooms that contain a file or folder, outermost first. */
function chainOf(file, table) {
  const rooms = table.map((rule) => rule.room).filter((room) => isInside(file, room));
  return rooms.toSorted((a, b) => a.length - b.length);
}

function part(from, to) {
  let depth = 0;
  while (depth < from.length && depth < to.length && from[depth] === to[depth]) depth += 1;
  if (depth === from.length && depth === to.length) return undefined;
  return { level: from[depth - 1] ?? '', from: from[depth] ?? loose, to: to[depth] ?? loose };
}

/** The rooms that an allowed path gives access to: the one that contains it, and those inside it. */
function roomsIn(allowed, table) {
  const inside = table.map((rule) => rule.room).filter((room) => isInside(room, allowed));
  const around = ruleOf(allowed, table);
  return around === undefined ? inside : [...new Set([around.room, ...inside])];
}

/** Cycles between rooms, from real and from allowed imports, as sentences that name a cause for each step. */
export function checkRoomCycles(imports, table) {
  const real = roomImports(imports, table);
  const allowed = allowedImports(table);
  return [...new Set([...real.keys(), ...allowed.keys()])].flatMap((level) =>
    cyclesOn(level, [...(real.get(level) ?? []), ...(allowed.get(level) ?? [])]),
  );
}

function cyclesOn(level, edges) {
  const pairs = edges.map(({ from, to }) => [from, to]);
  return cycles(graphOf([], pairs)).map((cycle) => {
    const steps = cycle.map((from, index) => {
      const to = cycle[(index + 1) % cycle.length];
      const { because } = edges.find((edge) => edge.from === from && edge.to === to);
      return `${shortName(from, level)} → ${shortName(to, level)} (${because})`;
    });
    return `${level || 'The repository'}: rooms import each other in a circle: ${steps.join(', ')}`;
  });
}

/** A room's path relative to its level. */
export function shortName(room, level) {
  return level !== '' && room.startsWith(`${level}/`) ? room.slice(level.length + 1) : room;
}
