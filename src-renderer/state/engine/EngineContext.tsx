import { createContext, use, useCallback, useSyncExternalStore, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { SliceName, Snapshot } from '#shared/api/snapshot.ts';
import type { LinkState } from '#renderer/client/EngineTransport.ts';
import type { Answer } from '#renderer/state/answers/AnswerStreams.ts';
import type { Engine } from './connectEngine.ts';

const EngineContext = createContext<Engine | null>(null);

interface EngineProviderProps {
  readonly engine: Engine;
  readonly children: ReactNode;
}

/** Gives the engine to everything below it. */
export function EngineProvider({ engine, children }: EngineProviderProps) {
  return <EngineContext value={engine}>{children}</EngineContext>;
}

/** The engine, for calls and streams. */
export function useEngine(): Engine {
  const engine = use(EngineContext);
  if (engine === null) throw new TypeError('useEngine is used outside of EngineProvider.');
  return engine;
}

/** The link to the engine. */
export function useLink(): LinkState {
  return useStore(useEngine().store, (mirror) => mirror.link);
}

/** UTC ms since when the link is as it is. */
export function useLinkSince(): number {
  return useStore(useEngine().store, (mirror) => mirror.linkSince);
}

/** One slice, or null before the first connection. */
export function useMaybeSlice<K extends SliceName>(slice: K): Snapshot[K] | null {
  return useStore(useEngine().store, (mirror) => mirror.snapshot?.[slice] ?? null);
}

/** One slice. Pages are only shown once there is a snapshot; it renders again when this slice changes and at no other time. */
export function useSlice<K extends SliceName>(slice: K): Snapshot[K] {
  const value = useMaybeSlice(slice);
  if (value === null) throw new TypeError(`The slice ${slice} is read before the first snapshot.`);
  return value;
}

/** The arriving answer of an own task, at most ten changes a second. */
export function useAnswer(taskId: string): Answer {
  const { answers } = useEngine();
  const subscribe = useCallback((listener: () => void) => answers.subscribe(taskId, listener), [answers, taskId]);
  return useSyncExternalStore(subscribe, () => answers.read(taskId));
}
