// Plain JavaScript that any Node from 18 on can run.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/** The oldest major version of Node that can run the programs. */
export const oldestNode = 24;

/**
 * A Node that is new enough for the programs below `root`: the one that came along with the app or its packages, else
 * the one that runs this; undefined when there is none.
 * @param {string} root
 * @returns {string | undefined}
 */
export function findNode(root) {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const candidates = [
    path.join(root, '..', 'runtime', name), // the packaged app
    ...parentFolders(root).map((folder) =>
      path.join(folder, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', name),
    ),
  ];
  const own = candidates.find((file) => existsSync(file) && runsNewEnough(file));
  if (own !== undefined) return own;
  return isNewEnough(process.versions.node) ? process.execPath : undefined;
}

function isNewEnough(version) {
  return Number.parseInt(version.replace(/^v/, ''), 10) >= oldestNode;
}

/** Asks an executable for its version; a file that does not start (another system's, half installed) does not count. */
function runsNewEnough(file) {
  const { status, stdout } = spawnSync(file, ['--version'], { encoding: 'utf8' });
  return status === 0 && isNewEnough(stdout.trim());
}

/** The folder and those above it: npm may have put the Node package beside this one. */
function parentFolders(folder) {
  const parent = path.dirname(folder);
  return parent === folder ? [folder] : [folder, ...parentFolders(parent)];
}
