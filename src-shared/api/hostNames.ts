/**
 * The calls that a page may make to its desktop shell (Electron). Names only:
 * the preload script is one small file and imports nothing else.
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

/** The bridge that the preload script exposes as `window.openSwarm`. */
export interface HostBridge {
  /** Rejects with an Error whose message is for people. Names outside `hostCallNames` are refused. */
  call(name: HostCallName, input?: unknown): Promise<unknown>;
  /** Calls `listener` with each event's payload; returns the unsubscribe function. */
  subscribe(name: HostEventName, listener: (payload: unknown) => void): () => void;
  /** The path of a DOM `File` dropped on the page; '' when it has none. */
  pathOf(file: unknown): string;
}
