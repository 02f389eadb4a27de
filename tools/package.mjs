// npm run package: builds the app and packages it for this machine's platform. Arguments go to electron-builder, such as
// `--linux deb`. OPEN_SWARM_UPDATES_URL is where releases are published and the packaged app looks for updates.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { publishArguments, runBuilder } from './package/runBuilder.mjs';

const root = path.resolve(import.meta.dirname, '..');

function build() {
  const cli = path.join(root, 'node_modules/electron-vite/bin/electron-vite.js');
  return (
    spawnSync(process.execPath, [cli, 'build', '--logLevel', 'warn'], { cwd: root, stdio: 'inherit' }).status === 0
  );
}

const updates = process.env.OPEN_SWARM_UPDATES_URL;
const isPackaged =
  build() && runBuilder(root, [...process.argv.slice(2), '--publish', 'never', ...publishArguments(updates)]);
process.exitCode = isPackaged ? 0 : 1;
