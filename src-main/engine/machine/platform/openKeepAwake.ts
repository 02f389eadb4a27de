import { type ChildProcess, spawn } from 'node:child_process';
import type { KeepAwake } from '#engine/ports/KeepAwake.ts';

/** `cat` exits when its input closes, which releases the lock however this process ends. */
const command = ['--what=sleep', '--mode=block', '--who=Open Swarm', '--why=Working on tasks', 'cat'] as const;

/**
 * Prevents sleep on Linux through systemd, where that is present; the desktop shell prevents it on every system. Where
 * neither can, the computer sleeps as configured.
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
  // Not installed or not permitted: the computer may sleep.
  child.on('error', () => {});
  child.stdin?.on('error', () => {});
  return child;
}
