// Packages the app for this machine without Electron's binary (an imitation stands in for it), checks what got into the
// package, and really starts the packaged engine with the packaged Node.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { checkContents } from './package/checkContents.mjs';
import { checkFuses } from './package/checkFuses.mjs';
import { imitateElectron } from './package/imitateElectron.mjs';
import { startPackaged } from './package/startPackaged.mjs';

const root = path.resolve(import.meta.dirname, '..');
const output = path.join(root, 'out', 'package');
const imitation = path.join(root, 'out', 'imitated-electron');
const startLimitMs = 60_000;

function electronVersion() {
  return JSON.parse(readFileSync(path.join(root, 'node_modules/electron/package.json'), 'utf8')).version;
}

function runBuilder() {
  const builder = path.join(root, 'node_modules/electron-builder/cli.js');
  const args = ['--linux', 'dir', '--publish', 'never', '-c', 'electron-builder.config.mjs'];
  const overrides = [`-c.electronDist=${imitation}`, `-c.directories.output=${output}`];
  const { status } = spawnSync(process.execPath, [builder, ...args, ...overrides], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error('electron-builder failed; see above.');
}

function unpackedFolder() {
  return path.join(output, process.arch === 'x64' ? 'linux-unpacked' : `linux-${process.arch}-unpacked`);
}

async function main() {
  if (process.platform !== 'linux') {
    console.log('The imitation is one of Electron for Linux; on this platform package with a real Electron.');
    return;
  }
  rmSync(output, { recursive: true, force: true });
  await imitateElectron(imitation, electronVersion());
  runBuilder();
  const resources = path.join(unpackedFolder(), 'resources');
  const program = path.join(unpackedFolder(), 'open-swarm-desktop');
  const problems = [...checkContents(resources, process), ...(await checkFuses(program))];
  if (problems.length > 0) throw new Error(problems.join('\n'));
  console.log('The package holds what it should and nothing else.');
  const home = mkdtempSync(path.join(os.tmpdir(), 'open-swarm-packaged-'));
  try {
    const { ui } = await startPackaged(path.join(resources, 'bin/open-swarm'), { home, limitMs: startLimitMs });
    console.log(`The packaged engine started and served ${ui.replace(/#.*/, '')}`);
  } finally {
    rmSync(home, { recursive: true, force: true });
    rmSync(output, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
