import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findShipped } from '../licences/findShipped.mjs';
import { licenceTexts } from '../licences/licenceTexts.mjs';
import { archName, nativeParts, requireNativeParts } from './nativeParts.mjs';

const root = path.resolve(import.meta.dirname, '../..');

/**
 * Runs before each package is built: fails if native parts of the target platform are missing, and puts the bundled Node
 * runtime and all licence texts where the configuration picks them up (out/runtime, out/licences.txt).
 */
export async function beforePack({ electronPlatformName: platform, arch }) {
  const host = { platform: process.platform, arch: process.arch, execPath: process.execPath };
  const [node] = requireNativeParts(nativeParts({ root, platform, arch: archName(arch), host }));
  const folder = path.join(root, 'out', 'runtime');
  const file = path.join(folder, platform === 'win32' ? 'node.exe' : 'node');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  copyFileSync(node.file, file);
  chmodSync(file, 0o755);
  writeFileSync(path.join(root, 'out', 'licences.txt'), licenceTexts(root, findShipped(root)));
}
