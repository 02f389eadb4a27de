import { useCallback, useRef, useState } from 'react';
import { useEngine, useSlice } from './engine/EngineContext.tsx';
import type { EngineStore } from './engine/engineStore.ts';
import { useAction } from './engine/useAction.ts';
import type { Settings } from '#shared/api/snapshot.ts';

interface Setting<Value> {
  /** The current value; the last chosen one until the engine confirms it. */
  readonly value: Value;
  /** Derives the new value from the previous one. Resolves to false after a refusal, which is shown and reverts the value. */
  readonly change: (to: (before: Value) => Value) => Promise<boolean>;
}

/** Slices arrive within a tenth of a second; a value that is never confirmed is dropped after this. */
const confirmTimeoutMs = 1000;

/**
 * One setting of the engine. Each change builds on the previous change, not on the last confirmed value, so that quick
 * successive changes are not lost.
 */
export function useSetting<K extends keyof Settings>(name: K): Setting<Settings[K]> {
  const { store } = useEngine();
  const confirmed = useSlice('settings')[name];
  const { run } = useAction('settings.set');
  const [chosen, setChosen] = useState<{ readonly value: Settings[K] } | null>(null);
  /** The same as `chosen`, for changes before the next render. */
  const last = useRef(chosen);

  const change = useCallback(
    async (to: (before: Settings[K]) => Settings[K]) => {
      const before = last.current === null ? (confirmedBy(store, name) ?? confirmed) : last.current.value;
      const mine = { value: to(before) };
      last.current = mine;
      setChosen(mine);
      const kept = await run({ [name]: mine.value });
      if (kept !== null) await untilConfirmed(store, name, kept[name]);
      if (last.current === mine) {
        last.current = null;
        setChosen(null);
      }
      return kept !== null;
    },
    [store, name, confirmed, run],
  );
  return { value: chosen === null ? confirmed : chosen.value, change };
}

function confirmedBy<K extends keyof Settings>(store: EngineStore, name: K): Settings[K] | undefined {
  return store.getState().snapshot?.settings[name];
}

async function untilConfirmed<K extends keyof Settings>(
  store: EngineStore,
  name: K,
  value: Settings[K],
): Promise<void> {
  const wanted = JSON.stringify(value);
  const isConfirmed = () => JSON.stringify(confirmedBy(store, name)) === wanted;
  if (isConfirmed()) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(done, confirmTimeoutMs);
    const stop = store.subscribe(() => {
      if (isConfirmed()) done();
    });
  });
}
