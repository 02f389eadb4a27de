import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Path of Electron's executable when it is on this machine.
 * @param {string} root
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {string | undefined}
 */
export function findElectron(root, env) {
  const folder = path.join(root, 'node_modules', 'electron');
  const pathFile = path.join(folder, 'path.txt');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : undefined;
  const override = env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) return [path.join(override, name ?? 'electron')].find((file) => existsSync(file));
  return name === undefined ? undefined : [path.join(folder, 'dist', name)].find((file) => existsSync(file));
}

/** Finds Electron's executable, or downloads it within `limitMs`. Returns `{ file }` or, on failure, `{ why }`. */
export async function ensureElectron({ root, env, limitMs, node = process.execPath }) {
  const found = findElectron(root, env);
  if (found !== undefined) return { file: found };
  const installer = path.join(root, 'node_modules', 'electron', 'install.js');
  if (!existsSync(installer)) return { why: "Electron's package is not installed" };
  const outcome = await runWithin(node, [installer], { root, env, limitMs });
  const fetched = findElectron(root, env);
  if (fetched !== undefined) return { file: fetched };
  return { why: `Electron's binary is not there and could not be fetched (${outcome})` };
}

function runWithin(node, args, { root, env, limitMs }) {
  return new Promise((resolve) => {
    const child = spawn(node, args, { cwd: root, env, stdio: ['ignore', 'ignore', 'pipe'] });
    let last = '';
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      resolve(`it took longer than ${Math.round(limitMs / 1000)} seconds`);
    }, limitMs);
    child.stderr.on('data', (data) => {
      last = firstError(`${last}${data}`);
    });
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(last === '' ? `exit code ${code}` : last);
    });
  });
}

function firstError(text) {
  return (
    text
      .split('\n')
      .find((line) => line.trim() !== '')
      ?.trim() ?? ''
  );
}
