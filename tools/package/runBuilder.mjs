import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Runs electron-builder with the project's electron-builder.yml and the given arguments. Returns whether it succeeded. */
export function runBuilder(root, args) {
  const builder = fileURLToPath(import.meta.resolve('electron-builder/cli.js'));
  return spawnSync(process.execPath, [builder, ...args], { cwd: root, stdio: 'inherit' }).status === 0;
}

/**
 * The arguments that tell electron-builder where releases are published; none without an address. A placeholder in
 * electron-builder.yml would have to be defined for every build.
 * @param {string | undefined} updatesUrl
 * @returns {string[]}
 */
export function publishArguments(updatesUrl) {
  return updatesUrl ? ['-c.publish.provider=generic', `-c.publish.url=${updatesUrl}`] : [];
}
