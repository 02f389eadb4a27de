import { type HostOptions, type ReadyEngine, openHost } from './openHost.ts';

/** How an engine process is run. */
export interface RunOptions extends Omit<HostOptions, 'requestStop'> {
  readonly onReady: (ready: ReadyEngine) => void;
  /** Calls back when the process is asked to end; returns the function that unsubscribes. */
  readonly onInterrupt: (run: () => void) => () => void;
}

/** Milliseconds that running tasks get to finish after an interrupt, and after `stop`; then they are handed over. */
const drainAfterInterruptMs = 8000;
const drainAfterStopMs = 90_000;

/**
 * Runs one engine in this process until it is asked to stop, and shuts it down.
 * Rejects with a SwarmError when it cannot start (`already_running`, `port_taken`, `storage_…`) or cannot join.
 */
export async function runEngine(options: RunOptions): Promise<void> {
  const end = Promise.withResolvers<number>();
  const hurry = new AbortController();
  let drainMs: number | undefined;
  const endAfter = (ms: number): void => {
    // The second request cuts the drain short.
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
