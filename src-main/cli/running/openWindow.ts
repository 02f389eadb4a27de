import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { currentInstallation } from '#node/Installation.ts';
import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/program/CommandContext.ts';

/** The app ran in its window and was closed, or no window can be opened. */
export type WindowOutcome =
  | { readonly kind: 'ended'; readonly exitCode: ExitCode }
  | { readonly kind: 'no_window'; readonly why: string };

/**
 * Opens the app's window and waits until it is closed. A failure of `onOpened` is printed, and the window stays open.
 */
export async function openWindow(
  context: CommandContext,
  onOpened: () => Promise<void>,
  platform: NodeJS.Platform = process.platform,
): Promise<WindowOutcome> {
  const { root } = currentInstallation();
  const electron = findElectron(root, context.env);
  const why = whyNoWindow(context.env, platform, electron) ?? whyNotBuilt(root);
  if (why !== undefined || electron === undefined)
    return { kind: 'no_window', why: why ?? 'Electron is not installed' };
  const child = spawn(electron, [root], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...context.env, OPEN_SWARM_HOME: context.home, OPEN_SWARM_NODE: process.execPath },
  });
  onOpened().catch((error: unknown) => context.note(error instanceof Error ? error.message : String(error)));
  const stop = context.onInterrupt(() => void child.kill('SIGTERM'));
  try {
    return await new Promise((resolve) => {
      child.on('error', (error) => resolve({ kind: 'no_window', why: error.message }));
      child.on('close', (code) => resolve({ kind: 'ended', exitCode: code === 0 ? exitCodes.done : exitCodes.failed }));
    });
  } finally {
    stop();
  }
}

function whyNoWindow(
  env: CommandContext['env'],
  platform: NodeJS.Platform,
  electron: string | undefined,
): string | undefined {
  if (platform === 'linux') {
    if (!env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return 'there is no display';
    if (process.getuid?.() === 0) return 'the user is root, for whom the sandbox of the window does not work';
  }
  return electron === undefined ? 'Electron is not installed' : undefined;
}

function whyNotBuilt(root: string): string | undefined {
  return existsSync(path.join(root, 'out', 'main', 'shell.js'))
    ? undefined
    : 'the interface is not built (run npm run build)';
}

/** Path of Electron's executable; undefined when its binary was not downloaded. */
function findElectron(root: string, env: CommandContext['env']): string | undefined {
  const folder = path.join(root, 'node_modules', 'electron');
  const pathFile = path.join(folder, 'path.txt');
  if (!existsSync(pathFile)) return undefined;
  const name = readFileSync(pathFile, 'utf8').trim();
  const file = path.join(env['ELECTRON_OVERRIDE_DIST_PATH'] ?? path.join(folder, 'dist'), name);
  return existsSync(file) ? file : undefined;
}
