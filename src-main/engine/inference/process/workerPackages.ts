import { existsSync, lstatSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/** What the worker imports. */
const imported = ['zod', 'node-llama-cpp'];

/** The native parts that a worker may load. */
const itsNativeParts = `@node-llama-cpp${path.sep}`;

const names = z.record(z.string(), z.unknown()).default({});
const PackageFile = z.object({
  dependencies: names,
  optionalDependencies: names,
  /** Only packages with native parts are for some systems alone. */
  os: z.array(z.string()).optional(),
  cpu: z.array(z.string()).optional(),
});

/**
 * Folders of the packages that a worker of this installation loads, and no other: an add-on is not bound by Node's
 * permissions, so those that open databases or copy files are left out. Throws when `node_modules` is not readable.
 */
export function workerPackages(root: string): string[] {
  const found = new Set<string>();
  const add = (name: string, from: string): void => {
    const folder = folderOf(name, from, root);
    if (folder === null || found.has(folder)) return;
    const { dependencies, optionalDependencies, os, cpu } = PackageFile.parse(
      JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')),
    );
    if ((os !== undefined || cpu !== undefined) && !folder.includes(itsNativeParts)) return;
    found.add(folder);
    for (const each of Object.keys({ ...dependencies, ...optionalDependencies })) add(each, folder);
  };
  for (const name of imported) add(name, root);
  // Node looks at a link itself before it follows it. Developers alone link all packages of one checkout to another's.
  // It comes first: Node forgets a folder that is allowed after what lies in it.
  const modules = path.join(root, 'node_modules');
  return lstatSync(modules).isSymbolicLink() ? [modules, ...found] : [...found];
}

/** Where Node would find a package, seen from a folder; null when it is not installed, as optional ones may be. */
function folderOf(name: string, from: string, root: string): string | null {
  const folder = path.join(from, 'node_modules', ...name.split('/'));
  if (existsSync(path.join(folder, 'package.json'))) return folder;
  return from === root || path.dirname(from) === from ? null : folderOf(name, path.dirname(from), root);
}
