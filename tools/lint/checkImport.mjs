import { builtinModules } from 'node:module';
import path from 'node:path';
import { aliases, bannedPackages, importTable } from './importTable.mjs';

/**
 * Says what is wrong with one import, or nothing when the import table allows it.
 * `file` is the importing file, relative to the repository, with forward slashes.
 */
export function checkImport(file, specifier, table = importTable) {
  if (specifier.startsWith('../../')) return 'Use a subpath import (#shared/…, #engine/…) instead of ../../.';
  const rule = findRule(file, table);
  if (rule === undefined) return undefined;
  const own = ownFile(file, specifier);
  if (own !== undefined) {
    return rule.own.some((room) => isInside(own, room)) ? undefined : `${rule.room} may not import ${own}.`;
  }
  if (isBuiltin(specifier))
    return rule.node ? undefined : `${rule.room} may not import ${specifier}: it runs without Node.`;
  const name = packageName(specifier);
  return allowsPackage(rule, name) ? undefined : `${rule.room} may not import the package ${name}.`;
}

function findRule(file, table) {
  return table
    .filter((rule) => isInside(file, rule.room))
    .toSorted((a, b) => b.room.length - a.room.length)
    .at(0);
}

function isInside(file, room) {
  return file === room || file.startsWith(`${room}/`);
}

function ownFile(file, specifier) {
  if (specifier.startsWith('.')) return path.posix.join(path.posix.dirname(file), specifier);
  const alias = Object.keys(aliases)
    .toSorted((a, b) => b.length - a.length)
    .find((prefix) => specifier.startsWith(prefix));
  return alias === undefined ? undefined : path.posix.normalize(aliases[alias] + specifier.slice(alias.length));
}

function isBuiltin(specifier) {
  return specifier.startsWith('node:') || builtinModules.includes(specifier.split('/')[0]);
}

function packageName(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function allowsPackage(rule, name) {
  const named = rule.packages.some(
    (pattern) => pattern === name || (pattern.endsWith('/*') && name.startsWith(pattern.slice(0, -1))),
  );
  return named || (rule.packages.includes('*') && !bannedPackages.includes(name));
}
