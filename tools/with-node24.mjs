// Runs a program of tools/ in Node 24, whatever Node npm itself runs in: `node tools/with-node24.mjs tools/start.mjs`.
// npm 11 links the Node of tools/node24 into node_modules/.bin, which comes first in the PATH of scripts. npm 10, which
// Node 18 to 22 bring, removes that link again together with the Node of the other architecture.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode, oldestNode } from '../bin/findNode.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const [program, ...args] = process.argv.slice(2);

function run(node) {
  const env = { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}` };
  const child = spawn(node, [path.resolve(root, program), ...args], { stdio: 'inherit', env });
  // A terminal sends its signals to the child as well; passing them on would make two of one Ctrl-C.
  const forward = (signal) => {
    if (signal === 'SIGTERM' || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
  child.on('error', (error) => {
    console.error(`${node} could not be started: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('close', (code) => {
    process.exitCode = code ?? 1;
  });
}

const node = findNode(root);
if (node === undefined) {
  console.error(
    `This needs Node ${oldestNode} or newer, and this is ${process.version} (${process.execPath}).\n` +
      `On Linux run \`npm install\` with optional dependencies; elsewhere install Node ${oldestNode}.`,
  );
  process.exitCode = 1;
} else {
  run(node);
}
