import { type HostOptions, type ReadyEngine, openHost } from './openHost.ts';

/** How an engine process is run. */
export interface RunOptions extends Omit<HostOptions, 'requestStop'> {
  readonly onReady: (ready: ReadyEngine) => void;
  /** Calls back when somebody wants the process to end; gives the function that ends this. */
  readonly onInterrupt: (run: () => void) => () => void;
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
