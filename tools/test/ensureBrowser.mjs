import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { findBrowser } from './findBrowser.mjs';

const limitMs = 300_000;

/**
 * Finds a Chromium, or installs one in the way that suits this machine. Returns its path, or `undefined` on failure.
 * @param {{ find?: () => string | undefined, run?: (file: string, args: string[]) => boolean, platform?: string, isRoot?: boolean }} options
 * @returns {string | undefined}
 */
export function ensureBrowser({
  find = findBrowser,
  run = runCommand,
  platform = process.platform,
  isRoot = amRoot(),
} = {}) {
  const ways = waysToInstall({ platform, isRoot, hasApt: existsSync('/usr/bin/apt-get') });
  return ways.reduce((found, way) => found ?? tryWay(way, find, run), find());
}

/**
 * Debian's own package first where it may be installed: it brings the libraries that Playwright's download lacks.
 * @param {{ platform: string, isRoot: boolean, hasApt: boolean }} facts
 * @returns {[file: string, args: string[]][][]}
 */
export function waysToInstall({ platform, isRoot, hasApt }) {
  const playwright = path.join(path.dirname(createRequire(import.meta.url).resolve('@playwright/test')), 'cli.js');
  const download = [[process.execPath, [playwright, 'install', 'chromium']]];
  if (platform !== 'linux' || !isRoot || !hasApt) return [download];
  const packages = ['chromium', 'fonts-liberation'];
  const apt = [
    ['apt-get', ['update', '-q']],
    ['apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages]],
  ];
  return [apt, download];
}

function tryWay(commands, find, run) {
  for (const [file, args] of commands) {
    console.log(`No Chromium yet: ${path.basename(file)} ${args.join(' ')}`);
    if (!run(file, args)) return undefined;
  }
  return find();
}

function runCommand(file, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(file, args, { stdio: 'inherit', env, timeout: limitMs }).status === 0;
}

function amRoot() {
  return process.getuid?.() === 0;
}
