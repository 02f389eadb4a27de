import { useCallback, useEffect, useMemo, useState } from 'react';
import { useShell } from './ShellContext.tsx';
import type { UpdatesState } from '#shared/api/hostContract.ts';

interface Updates {
  readonly state: UpdatesState;
  /** Looks for a newer release now. */
  readonly check: () => void;
  /** Finishes running tasks, then restarts with the newer release. */
  readonly install: () => void;
  /** It was told to install; the engine is about to stop. */
  readonly installing: boolean;
}

/** Newer releases, as the desktop shell fetches them; null in a browser, and until the shell told. */
export function useUpdates(): Updates | null {
  const shell = useShell();
  const [state, setState] = useState<UpdatesState | null>(null);
  const [installing, setInstalling] = useState(false);
  useEffect(() => {
    if (shell === null) return undefined;
    // What is told meanwhile is newer than the answer.
    let told = false;
    const take = (next: UpdatesState) => {
      told = true;
      setState(next);
    };
    const stop = shell.subscribe('updates.state', take);
    shell.call('updates.state').then(
      (answer) => told || setState(answer),
      // An older shell that knows nothing of updates: there is nothing to show.
      () => undefined,
    );
    return () => {
      told = true;
      stop();
    };
  }, [shell]);
  const check = useCallback(() => {
    // How it went arrives as a change of the state.
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
