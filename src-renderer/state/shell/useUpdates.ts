import { useCallback, useEffect, useMemo, useState } from 'react';
import { useShell } from './ShellContext.tsx';
import type { UpdatesState } from '#shared/api/hostContract.ts';

interface Updates {
  readonly state: UpdatesState;
  /** Checks for a newer release now. */
  readonly check: () => void;
  /** Drains running tasks, then restarts with the newer release. */
  readonly install: () => void;
  /** The installation was requested; the engine is about to stop. */
  readonly installing: boolean;
}

/** Updates by the desktop shell; null in a browser, and until the shell reports its state. */
export function useUpdates(): Updates | null {
  const shell = useShell();
  const [state, setState] = useState<UpdatesState | null>(null);
  const [installing, setInstalling] = useState(false);
  useEffect(() => {
    if (shell === null) return undefined;
    // An event that arrives before the answer is newer.
    let updated = false;
    const take = (next: UpdatesState) => {
      updated = true;
      setState(next);
    };
    const stop = shell.subscribe('updates.state', take);
    shell.call('updates.state').then(
      (answer) => updated || setState(answer),
      // An older shell without updates: there is nothing to show.
      () => undefined,
    );
    return () => {
      updated = true;
      stop();
    };
  }, [shell]);
  const check = useCallback(() => {
    // The outcome arrives as a state change.
    void shell?.call('updates.check').catch(() => undefined);
  }, [shell]);
  const install = useCallback(() => {
    setInstalling(true);
    void shell?.call('updates.install').catch(() => setInstalling(false));
  }, [shell]);
  return useMemo(
    () => (state === null ? null : { state, check, install, installing: installing && state.kind === 'ready' }),
    [state, check, install, installing],
  );
}
