/**
 * What the page may ask of the program that shows it, where that can do more than a browser (Electron). Only names:
 * the preload is one small file and imports nothing else.
 */
export const hostCallNames = [
  'engine',
  'engine.state',
  'engine.retry',
  'autostart.get',
  'autostart.set',
  'reveal',
  'openFile',
  'badge.set',
  'notify',
  'updates.state',
  'updates.check',
  'updates.install',
  'inviteLink.take',
] as const;
export type HostCallName = (typeof hostCallNames)[number];

export const hostEventNames = ['engine.state', 'updates.state', 'navigate', 'inviteLink'] as const;
export type HostEventName = (typeof hostEventNames)[number];

/** The two IPC channels between page and shell. */
export const hostCallChannel = 'open-swarm:call';
export const hostEventChannel = 'open-swarm:event';

/** What preload puts into the page as `window.openSwarm`. */
export interface HostBridge {
  /** Rejects with an Error whose message is meant for people. Names outside `hostCallNames` are refused. */
  call(name: HostCallName, input?: unknown): Promise<unknown>;
  /** Calls `listener` with each event's payload; returns the function that ends it. */
  subscribe(name: HostEventName, listener: (payload: unknown) => void): () => void;
  /** Where a file lies that was dropped on the page; '' when it lies nowhere. The value is a DOM `File`. */
  pathOf(file: unknown): string;
}
