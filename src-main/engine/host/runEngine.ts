import type { JoinRequest } from '#engine/swarmLink/membership/Membership.ts';
import { openHost } from './openHost.ts';

/** How an engine process is run. */
export interface RunOptions {
  /** Absolute data folder. */
  readonly home: string;
  /** Port of the pages; 0 takes a free one, undefined the one of the last run. */
  readonly port: number | undefined;
  /** Run a coordinator of its own and join it. */
  readonly privateSwarm: boolean;
  /** Swarm to join. */
  readonly join: JoinRequest | undefined;
  /** Shows a line of the log to whoever watches. */
  readonly showLog: (line: string) => void;
  readonly onReady: (ready: ReadyEngine) => void;
  /** Calls back when somebody wants the process to end; gives the function that ends this. */
  readonly onInterrupt: (run: () => void) => () => void;
}

/** What an engine says when it serves. */
export interface ReadyEngine {
  /** Address for a browser with a code, good once. */
  readonly ui: string;
  readonly home: string;
  readonly port: number;
  readonly portMoved: boolean;
}

/** After an interrupt running tasks get this long to finish; what is left then is handed over. */
const drainAfterInterruptMs = 8000;
const drainAfterStopMs = 90_000;

/**
 * Runs one engine in this process until it is told to stop, and stops it cleanly.
 * Rejects with a SwarmError when it cannot start (`already_running`, `port_taken`, `storage_…`) or cannot join.
 */
export async function runEngine(options: RunOptions): Promise<void> {
  const end = Promise.withResolvers<number>();
  const hurry = new AbortController();
  let drainMs: number | undefined;
  const endAfter = (ms: number): void => {
    // Asked twice: somebody is in a hurry.
    if (drainMs !== undefined) hurry.abort();
    drainMs = ms;
    end.resolve(ms);
  };
  const forget = options.onInterrupt(() => endAfter(drainAfterInterruptMs));
  try {
    const host = await openHost({ ...options, requestStop: ({ drain }) => endAfter(drain ? drainAfterStopMs : 0) });
    try {
      await Promise.race([host.joinAsAsked(), end.promise]);
      if (drainMs === undefined) options.onReady(host.ready());
      await end.promise;
    } finally {
      await host.close({ drainMs: drainMs ?? 0, hurry: hurry.signal });
    }
  } finally {
    forget();
  }
}
