import type { Clock } from '#shared/util/clock.ts';
import type { Sensor } from './Sensor.ts';
import { known, type Reading, unknown, type UserPresence } from '#engine/ports/SenseReadings.ts';
import type { SystemPorts } from './SystemPorts.ts';

export interface PresenceParts {
  readonly ports: Pick<SystemPorts, 'run'>;
  readonly clock: Pick<Clock, 'now'>;
  /** An X display is set for this process. */
  readonly hasDisplay: boolean;
}

/** Idle time without the desktop shell: from X where it can be reached, else from logind, else unknown. */
export function linuxPresence({ ports, clock, hasDisplay }: PresenceParts): Sensor<UserPresence> {
  const fromX = async (): Promise<Reading<UserPresence> | null> => {
    if (!hasDisplay) return null;
    const text = await ports.run('xprintidle', []).catch(() => '');
    return /^\d+\s*$/.test(text) ? known({ idleMs: Number(text) }) : null;
  };
  return {
    async read() {
      return (await fromX()) ?? (await fromLogind(ports, clock.now()));
    },
  };
}

const manager = ['org.freedesktop.login1', '/org/freedesktop/login1', 'org.freedesktop.login1.Manager'];

/**
 * logind's hint is true once every session is idle, and says since when (µs). Desktops set it only after a delay, so a person
 * counts as present longer than they are, never shorter.
 */
async function fromLogind(ports: Pick<SystemPorts, 'run'>, now: number): Promise<Reading<UserPresence>> {
  try {
    const text = await ports.run('busctl', ['--system', 'get-property', ...manager, 'IdleHint', 'IdleSinceHint']);
    const [hint, since] = text.trim().split('\n');
    if (hint === 'b false') return known({ idleMs: 0 });
    const sinceMs = Number(/^t (\d+)$/.exec(since ?? '')?.[1]) / 1000;
    if (hint !== 'b true' || !(sinceMs > 0)) return unknown('logind does not report whether somebody is present.');
    return known({ idleMs: Math.max(0, now - sinceMs) });
  } catch {
    return unknown('There is no desktop session, so the computer counts as idle.');
  }
}
