// The line of a room's README that says what the room may import:
//
//   line = "May import: " ( "nothing" | name { ", " name } ) "."
//   name = "`" ( alias path | "node:" [ module ] | package ) "`"
//
// An alias path (`#shared/domain`, `#engine/models/fit/judgeFit.ts`) allows that folder or file and everything below it;
// `#shared/{api,domain}` is short for two of them. `node:` allows all of Node's own modules, `node:path` only that one.
// A package is named as in package.json; `@scope/*` allows a whole scope. The room itself and everything inside it are
// always allowed; nothing else is.

/** Folders of the subpath imports in package.json. */
export const aliases = {
  '#shared': 'src-shared',
  '#node': 'src-node',
  '#engine': 'src-main/engine',
  '#main': 'src-main',
  '#coordinator': 'src-coordinator',
  '#renderer': 'src-renderer',
  '#tools': 'tools',
  '#test': 'test',
};

const packageName = /^(?:@[a-z0-9][a-z0-9-]*\/)?(?:[a-z0-9][a-z0-9.-]*|\*)$/;

/** The repository path of a subpath import; undefined for an unknown alias. */
export function aliasedPath(specifier) {
  const [alias, ...rest] = specifier.split('/');
  const folder = aliases[alias];
  return folder === undefined ? undefined : [folder, ...rest].join('/');
}

/**
 * Parses the line in a README. Returns `{ paths, node, packages }`: repository paths, Node's modules ("node:" for all) and
 * packages; or `{ problem }`, what is wrong with the line.
 */
export function parseMayImport(text) {
  const lines = text.split('\n').filter((line) => line.includes('May import'));
  if (lines.length !== 1) return { problem: `needs exactly one line "May import: …", has ${lines.length}` };
  const list = /^May import: (.+)\.$/.exec(lines[0])?.[1];
  if (list === undefined) return { problem: 'the line must read "May import: …." and hold nothing else' };
  const allowed = { paths: [], node: [], packages: [] };
  if (list === 'nothing') return allowed;
  for (const item of list.split(/,\s(?![^{]*\})/)) {
    const name = /^`([^`\s]+)`$/.exec(item)?.[1];
    if (name === undefined) return { problem: `"${item}" is not one name in back-ticks` };
    const problem = addName(allowed, name);
    if (problem !== undefined) return { problem };
  }
  return allowed;
}

function addName(allowed, name) {
  if (name.startsWith('#')) {
    const paths = expandBraces(name).map(aliasedPath);
    if (paths.includes(undefined)) return `"${name}" has an unknown alias`;
    allowed.paths.push(...paths);
  } else if (name.startsWith('node:')) {
    allowed.node.push(name);
  } else if (packageName.test(name)) {
    allowed.packages.push(name);
  } else {
    return `"${name}" is neither an alias path, nor "node:", nor a package`;
  }
  return undefined;
}

/** `a/{b,c}` → `a/b`, `a/c`. One pair of braces at the end; other names are returned as they are. */
export function expandBraces(name) {
  const parts = /^(.*)\{([^{}]+)\}$/.exec(name);
  return parts === null ? [name] : parts[2].split(',').map((part) => parts[1] + part);
}
