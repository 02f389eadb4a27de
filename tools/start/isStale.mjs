import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * Whether anything among `sources` is newer than the oldest of `results`, or a result is missing.
 * @param {string} root
 * @param {readonly string[]} sources
 * @param {readonly string[]} results
 * @returns {boolean}
 */
export function isStale(root, sources, results) {
  const times = results.map((file) => {
    const full = path.join(root, file);
    return existsSync(full) ? statSync(full).mtimeMs : 0;
  });
  const oldest = Math.min(...times);
  return oldest === 0 || sources.some((source) => newestTime(path.join(root, source)) > oldest);
}

function newestTime(file) {
  if (!existsSync(file)) return 0;
  const stat = statSync(file);
  if (!stat.isDirectory()) return stat.mtimeMs;
  const children = readdirSync(file).map((name) => newestTime(path.join(file, name)));
  return Math.max(stat.mtimeMs, ...children);
}
