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

/** Provides the engine to its descendants. */
export function EngineProvider({ engine, children }: EngineProviderProps) {
  return <EngineContext value={engine}>{children}</EngineContext>;
}

/** The engine: calls and streams. */
export function useEngine(): Engine {
  const engine = use(EngineContext);
  if (engine === null) throw new TypeError('useEngine must be used within EngineProvider.');
  return engine;
}

/** State of the link to the engine. */
export function useLink(): LinkState {
  return useStore(useEngine().store, (mirror) => mirror.link);
}

/** UTC ms of the last change of the link. */
export function useLinkSince(): number {
  return useStore(useEngine().store, (mirror) => mirror.linkSince);
}

/** One slice, or null before the first connection. */
export function useMaybeSlice<K extends SliceName>(slice: K): Snapshot[K] | null {
  return useStore(useEngine().store, (mirror) => mirror.snapshot?.[slice] ?? null);
}

/** One slice; re-renders only when it changes. Pages are shown only once there is a snapshot. */
export function useSlice<K extends SliceName>(slice: K): Snapshot[K] {
  const value = useMaybeSlice(slice);
  if (value === null) throw new TypeError(`The slice ${slice} was read before the first snapshot.`);
  return value;
}

/** The streaming answer of an own task, at most ten changes per second. */
export function useAnswer(taskId: string): Answer {
  const { answers } = useEngine();
  const subscribe = useCallback((listener: () => void) => answers.subscribe(taskId, listener), [answers, taskId]);
  return useSyncExternalStore(subscribe, () => answers.read(taskId));
}
