import { hostCalls, hostEvents, type HostCallOutput, type HostEventPayload } from '#shared/api/hostContract.ts';
import type { HostBridge, HostCallName, HostEventName } from '#shared/api/hostNames.ts';

declare global {
  interface Window {
    /** Only inside the desktop shell. */
    readonly openSwarm?: HostBridge;
  }
}

/** The capabilities of the desktop shell that a browser lacks. */
export interface Shell {
  readonly call: <K extends HostCallName>(name: K, input?: unknown) => Promise<HostCallOutput<K>>;
  readonly subscribe: <K extends HostEventName>(
    name: K,
    listener: (payload: HostEventPayload<K>) => void,
  ) => () => void;
  /** Path of a file dropped on the page; '' when it has none. */
  readonly pathOf: (file: File) => string;
}

/** The shell around this window, or null in a browser. Its messages are parsed here. */
export function findShell(window: Window): Shell | null {
  const bridge = window.openSwarm;
  if (bridge === undefined) return null;
  return {
    call: async (name, input) => parseHostOutput(name, await bridge.call(name, input)),
    subscribe: (name, listener) =>
      bridge.subscribe(name, (payload) => {
        const parsed = hostEvents[name].safeParse(payload);
        if (parsed.success) listener(parsed.data as HostEventPayload<typeof name>);
      }),
    pathOf: (file) => bridge.pathOf(file),
  };
}

function parseHostOutput<K extends HostCallName>(name: K, payload: unknown): HostCallOutput<K> {
  return hostCalls[name].output.parse(payload) as HostCallOutput<K>;
}
