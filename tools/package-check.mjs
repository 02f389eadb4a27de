// Packages the app for this machine with a fake Electron binary, checks the contents of the package, and runs the packaged
// engine on the packaged Node: a private swarm, a task, an answer.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { checkContents } from './package/checkContents.mjs';
import { checkFuses } from './package/checkFuses.mjs';
import { checkLicences } from './package/checkLicences.mjs';
import { imitateElectron } from './package/imitateElectron.mjs';
import { runBuilder } from './package/runBuilder.mjs';
import { runPackaged } from './package/runPackaged.mjs';

const root = path.resolve(import.meta.dirname, '..');
const imitation = path.join(root, 'out', 'imitated-electron');
const startLimitMs = 60_000;

function electronVersion() {
  return JSON.parse(readFileSync(path.join(root, 'node_modules/electron/package.json'), 'utf8')).version;
}

function packageTo(output) {
  const overrides = [`-c.electronDist=${imitation}`, `-c.directories.output=${output}`];
  if (!runBuilder(root, ['--linux', 'dir', '--publish', 'never', ...overrides])) {
    throw new Error('electron-builder failed; see above.');
  }
}

function unpackedFolder(output) {
  return path.join(output, process.arch === 'x64' ? 'linux-unpacked' : `linux-${process.arch}-unpacked`);
}

/** Checks the contents of the package; throws an error that names every problem. */
async function checkPackage(folder) {
  const resources = path.join(folder, 'resources');
  const program = path.join(folder, 'open-swarm-desktop');
  const problems = [
    ...checkContents(resources, process),
    ...checkLicences(root, resources),
    ...(await checkFuses(program)),
  ];
  if (problems.length > 0) throw new Error(problems.join('\n'));
  console.log('The package holds what it should and nothing else, and every licence is listed.');
}

async function main() {
  if (process.platform !== 'linux') {
    console.log('The imitation is one of Electron for Linux; on this platform package with a real Electron.');
    return;
  }
  // Outside the repository, so that the package cannot resolve anything from the repository's node_modules.
  const folder = mkdtempSync(path.join(os.tmpdir(), 'open-swarm-package-'));
  try {
    await imitateElectron(imitation, electronVersion());
    packageTo(path.join(folder, 'output'));
    const unpacked = unpackedFolder(path.join(folder, 'output'));
    await checkPackage(unpacked);
    const command = path.join(unpacked, 'resources/bin/open-swarm');
    const { ready, task } = await runPackaged(command, { home: path.join(folder, 'home'), limitMs: startLimitMs });
    console.log(
      `The packaged engine served ${ready.ui.replace(/#.*/, '')} and completed a task of ${task.outputTokens} tokens.`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
