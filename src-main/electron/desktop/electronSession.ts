import { powerMonitor, powerSaveBlocker } from 'electron';
import type { OwnerSession } from './SessionWatch.ts';

const events = ['lock-screen', 'unlock-screen', 'on-ac', 'on-battery', 'resume'] as const;

/** The desktop session, from Electron's power monitor. */
export function electronSession(): OwnerSession {
  return {
    read: () => ({
      idleMs: Math.max(0, powerMonitor.getSystemIdleTime()) * 1000,
      locked: powerMonitor.getSystemIdleState(1) === 'locked',
      onBattery: powerMonitor.isOnBatteryPower(),
    }),
    onEvent: (listener) => {
      // The typed overloads, one per event name, do not allow a loop over the names.
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
