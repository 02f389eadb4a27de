import { builtinModules } from 'node:module';
import path from 'node:path';
import { isInside, ruleOf } from './importTable.mjs';
import { aliasedPath } from './mayImport.mjs';

/**
 * Returns what is wrong with one import; undefined if the import table allows it.
 * `file` is the importing file, relative to the repository, with forward slashes.
 */
export function checkImport(file, specifier, table) {
  if (specifier.startsWith('../../')) return 'Use a subpath import (#shared/…, #engine/…) instead of ../../.';
  const rule = ruleOf(file, table);
  if (rule === undefined) return undefined;
  if (rule.problem !== undefined) return `${rule.room}/README.md: ${rule.problem}.`;
  const own = ownFile(file, specifier);
  const [allowed, what] =
    own !== undefined
      ? [allowsFile(rule, own), own]
      : isBuiltin(specifier)
        ? [allowsBuiltin(rule, specifier), specifier]
        : [allowsPackage(rule, packageOf(specifier)), `the package ${packageOf(specifier)}`];
  return allowed ? undefined : `${rule.room} may not import ${what} (see its README.md).`;
}

/** The repository path of an imported file; undefined for packages and Node's modules. */
export function ownFile(file, specifier) {
  if (specifier.startsWith('.')) return path.posix.join(path.posix.dirname(file), specifier);
  const aliased = aliasedPath(specifier);
  return aliased === undefined ? undefined : path.posix.normalize(aliased);
}

function allowsFile(rule, file) {
  return isInside(file, rule.room) || rule.paths.some((allowed) => isInside(file, allowed));
}

function isBuiltin(specifier) {
  return specifier.startsWith('node:') || builtinModules.includes(specifier.split('/')[0]);
}

function allowsBuiltin(rule, specifier) {
  return rule.node.includes('node:') || rule.node.includes(specifier);
}

function packageOf(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function allowsPackage(rule, name) {
  return rule.packages.some((allowed) =>
    allowed.endsWith('/*') ? name.startsWith(allowed.slice(0, -1)) : name === allowed,
  );
}
