import { existsSync, lstatSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/** Packages that the worker imports directly. */
const imported = ['zod', 'node-llama-cpp'];

/** Scope of the only native packages that a worker may load. */
const ownNativePackages = `@node-llama-cpp${path.sep}`;

const names = z.record(z.string(), z.unknown()).default({});
const PackageFile = z.object({
  dependencies: names,
  optionalDependencies: names,
  /** Only packages with native code name the systems they are for. */
  os: z.array(z.string()).optional(),
  cpu: z.array(z.string()).optional(),
});

/**
 * Folders of the packages that a worker of this installation loads, found by walking their dependencies. Add-ons are
 * not bound by Node's permissions, so foreign ones (databases, file copies) must stay unreadable. Throws when
 * `node_modules` cannot be read.
 */
export function workerPackages(root: string): string[] {
  const found = new Set<string>();
  const add = (name: string, from: string): void => {
    const folder = folderOf(name, from, root);
    if (folder === null || found.has(folder)) return;
    const { dependencies, optionalDependencies, os, cpu } = PackageFile.parse(
      JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')),
    );
    if ((os !== undefined || cpu !== undefined) && !folder.includes(ownNativePackages)) return;
    found.add(folder);
    for (const each of Object.keys({ ...dependencies, ...optionalDependencies })) add(each, folder);
  };
  for (const name of imported) add(name, root);
  // Node checks a symbolic link itself before following it; only developers link the node_modules of one checkout to
  // another's. The link must come first: Node drops the permission for a folder that is granted after its contents.
  const modules = path.join(root, 'node_modules');
  return lstatSync(modules).isSymbolicLink() ? [modules, ...found] : [...found];
}

/**
 * The folder in which Node would find a package when required from `from`; null when it is not installed (optional
 * ones).
 */
function folderOf(name: string, from: string, root: string): string | null {
  const folder = path.join(from, 'node_modules', ...name.split('/'));
  if (existsSync(path.join(folder, 'package.json'))) return folder;
  return from === root || path.dirname(from) === from ? null : folderOf(name, path.dirname(from), root);
}
