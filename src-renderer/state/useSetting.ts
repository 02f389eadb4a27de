import { useCallback, useRef, useState } from 'react';
import { useEngine, useSlice } from './engine/EngineContext.tsx';
import type { EngineStore } from './engine/engineStore.ts';
import { useAction } from './engine/useAction.ts';
import type { Settings } from '#shared/api/snapshot.ts';

interface Setting<Value> {
  /** What it is; or what was chosen last, until the engine tells the same. */
  readonly value: Value;
  /** Keeps what the value before becomes. Resolves to false after a refusal, which was shown; then it is as it was. */
  readonly change: (to: (before: Value) => Value) => Promise<boolean>;
}

/** Slices arrive within a tenth of a second; a value that never comes back as it was sent is given up after this. */
const patienceMs = 1000;

/**
 * One setting of the engine. Each change starts from the one before, not from what the engine said last, so that no
 * stroke of quick hands is lost on the way.
 */
export function useSetting<K extends keyof Settings>(name: K): Setting<Settings[K]> {
  const { store } = useEngine();
  const told = useSlice('settings')[name];
  const { run } = useAction('settings.set');
  const [chosen, setChosen] = useState<{ readonly value: Settings[K] } | null>(null);
  /** The same as `chosen`, for changes that come before the next rendering. */
  const last = useRef(chosen);

  const change = useCallback(
    async (to: (before: Settings[K]) => Settings[K]) => {
      const before = last.current === null ? (toldBy(store, name) ?? told) : last.current.value;
      const mine = { value: to(before) };
      last.current = mine;
      setChosen(mine);
      const kept = await run({ [name]: mine.value });
      if (kept !== null) await untilTold(store, name, kept[name]);
      if (last.current === mine) {
        last.current = null;
        setChosen(null);
      }
      return kept !== null;
    },
    [store, name, told, run],
  );
  return { value: chosen === null ? told : chosen.value, change };
}

function toldBy<K extends keyof Settings>(store: EngineStore, name: K): Settings[K] | undefined {
  return store.getState().snapshot?.settings[name];
}

async function untilTold<K extends keyof Settings>(store: EngineStore, name: K, value: Settings[K]): Promise<void> {
  const wanted = JSON.stringify(value);
  const isTold = () => JSON.stringify(toldBy(store, name)) === wanted;
  if (isTold()) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(done, patienceMs);
    const stop = store.subscribe(() => {
      if (isTold()) done();
    });
  });
}
