// npm start: builds missing or stale bundles, then opens the app in a window, or headless where no window can open.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { canOpenBrowser, whyNoWindow } from './start/decideHost.mjs';
import { ensureElectron } from './start/ensureElectron.mjs';
import { isStale } from './start/isStale.mjs';

const root = path.resolve(import.meta.dirname, '..');
const args = process.argv.slice(2);
const asJson = args.includes('--json');
const electronLimitMs = 20_000;
const situation = { platform: process.platform, env: process.env, uid: process.getuid?.(), args };

const sources = ['src-shared', 'src-node', 'src-main', 'src-coordinator', 'src-renderer', 'package.json'];
const results = ['out/main/shell.js', 'out/main/cli.js', 'out/preload/preload.cjs', 'out/renderer/index.html'];

/** Prints a message to stderr, since with --json stdout carries only the command's output. */
function say(text) {
  process.stderr.write(`${text}\n`);
}

function start(file, fileArgs, options) {
  const child = spawn(file, fileArgs, { cwd: root, ...options });
  const forward = (signal) => child.kill(signal);
  // The terminal sends Ctrl-C to the child as well; forward only signals sent to this process alone.
  process.on('SIGTERM', () => forward('SIGTERM'));
  process.on('SIGINT', () => process.stdin.isTTY || forward('SIGINT'));
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
  return { child, ended };
}

async function build() {
  if (!isStale(root, [...sources, 'electron.vite.config.ts'], results)) return;
  say('Building Open Swarm …');
  const cli = path.join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const { child, ended } = start(process.execPath, [cli, 'build', '--logLevel', 'warn'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.pipe(process.stderr);
  const code = await ended;
  if (code !== 0) throw new Error('The build failed; see above.');
}

async function findWindow() {
  const why = whyNoWindow(situation);
  if (why !== undefined) return { why };
  say('Looking for Electron …');
  return ensureElectron({ root, env: process.env, limitMs: electronLimitMs });
}

async function runInWindow(electron) {
  // The engine must run on this Node, not on Electron's binary.
  const env = { ...process.env, OPEN_SWARM_NODE: process.execPath };
  return start(electron, [root, ...args], { stdio: 'inherit', env }).ended;
}

async function runHeadless(why) {
  say(`Starting without a window: ${why}.`);
  const launcher = path.join(root, 'bin', 'open-swarm.mjs');
  const rest = args.filter((arg) => arg !== '--headless' && arg !== '--json');
  const { child, ended } = start(process.execPath, [launcher, 'start', '--headless', '--json', ...rest], {
    stdio: ['inherit', 'pipe', 'inherit'],
  });
  createInterface({ input: child.stdout }).on('line', (line) => void showLine(line));
  return ended;
}

async function showLine(line) {
  if (asJson) {
    console.log(line);
    return;
  }
  const ui = readAddress(line);
  if (ui === undefined) return;
  console.log(`Open Swarm is running. Interface: ${ui}\nStop it with Ctrl-C.`);
  if (!canOpenBrowser(situation)) return;
  const { default: open } = await import('open');
  await open(ui);
}

function readAddress(line) {
  try {
    const message = JSON.parse(line);
    return message.event === 'ready' ? message.ui : undefined;
  } catch {
    return undefined;
  }
}

try {
  await build();
  const { file, why } = await findWindow();
  process.exitCode = await (file === undefined ? runHeadless(why) : runInWindow(file));
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
