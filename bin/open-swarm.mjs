#!/usr/bin/env node
// Starts the `open-swarm` command. Any Node from 18 on can run this file; the command itself needs Node 24, which
// this file finds and starts.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findNode, oldestNode } from './findNode.mjs';

const root = path.resolve(path.dirname(realpathSync(fileURLToPath(import.meta.url))), '..');

function findEntry() {
  const source = path.join(root, 'src-main', 'cli', 'main.ts');
  const built = path.join(root, 'out', 'main', 'cli.js');
  return [source, built].find((file) => existsSync(file));
}

/** Shells report a program ended by a signal as 128 + the signal's number. */
const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGTERM: 15 };

/** Limits V8's young generation: a larger one retains tens of megabytes of garbage from downloads. */
const engineFlags = process.argv[2] === 'start' ? ['--max-semi-space-size=1'] : [];

function run(node, entry) {
  const guard = pathToFileURL(path.join(root, 'bin', 'endWithParent.mjs')).href;
  const child = spawn(node, [...engineFlags, '--import', guard, entry, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const name of Object.keys(signalNumbers)) process.on(name, () => forward(child, name));
  child.on('error', (error) => {
    console.error(`open-swarm could not be started with ${node}: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (signalNumbers[signal] ?? 9)));
}

/** A terminal sends its signals to the command as well; forwarding them would deliver one Ctrl-C twice. */
function forward(child, name) {
  if (name === 'SIGTERM' || !process.stdin.isTTY) child.kill(name);
}

const node = findNode(root);
const entry = findEntry();
if (node === undefined) {
  console.error(
    `open-swarm needs Node ${oldestNode} or newer, and this is ${process.version}.\n` +
      `No newer Node lies in ${path.join(root, 'node_modules')}. Run \`npm install\` there, or install Node ${oldestNode}.`,
  );
  process.exitCode = 1;
} else if (entry === undefined) {
  console.error(`open-swarm is not built. Run \`npm run build\` in ${root}.`);
  process.exitCode = 1;
} else {
  run(node, entry);
}
