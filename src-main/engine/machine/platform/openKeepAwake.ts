import { type ChildProcess, spawn } from 'node:child_process';
import type { KeepAwake } from '#engine/ports/KeepAwake.ts';

/** `cat` ends when its input closes, so the lock goes with this process however it ends. */
const command = ['--what=sleep', '--mode=block', '--who=Open Swarm', '--why=Working on tasks', 'cat'] as const;

/**
 * Keeps a Linux machine from going to sleep through systemd, where that is present; the desktop shell does the same for
 * its session on every system. Where neither can, the computer sleeps as it is set to.
 */
export function openKeepAwake(start: () => ChildProcess | null = startInhibitor): KeepAwake {
  let held: ChildProcess | null = null;
  return {
    hold(on) {
      if (on === (held !== null)) return;
      if (on) held = start();
      else held?.stdin?.end();
      if (!on) held = null;
    },
  };
}

function startInhibitor(): ChildProcess | null {
  if (process.platform !== 'linux') return null;
  const child = spawn('systemd-inhibit', command, { stdio: ['pipe', 'ignore', 'ignore'] });
  // It is not there, or not allowed: the computer may sleep then.
  child.on('error', () => {});
  child.stdin?.on('error', () => {});
  return child;
}
