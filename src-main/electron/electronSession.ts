import { powerMonitor, powerSaveBlocker } from 'electron';
import type { OwnerSession } from './SessionWatch.ts';

const events = ['lock-screen', 'unlock-screen', 'on-ac', 'on-battery', 'resume'] as const;

/** The session as Electron's power monitor tells it. */
export function electronSession(): OwnerSession {
  return {
    read: () => ({
      idleMs: Math.max(0, powerMonitor.getSystemIdleTime()) * 1000,
      locked: powerMonitor.getSystemIdleState(1) === 'locked',
      onBattery: powerMonitor.isOnBatteryPower(),
    }),
    onEvent: (listener) => {
      // Each name has its own overload, which a loop over the names does not fit.
      const emitter: NodeJS.EventEmitter = powerMonitor;
      for (const name of events) emitter.on(name, listener);
      return () => {
        for (const name of events) emitter.off(name, listener);
      };
    },
    keepAwake: () => {
      const id = powerSaveBlocker.start('prevent-app-suspension');
      return () => void powerSaveBlocker.stop(id);
    },
  };
}
