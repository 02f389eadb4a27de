import { createStore, type StoreApi } from 'zustand/vanilla';
import { Snapshot, type SliceName } from '#shared/api/snapshot.ts';
import type { LinkState } from '#renderer/client/EngineTransport.ts';

export interface EngineMirror {
  readonly link: LinkState;
  /** UTC ms of the last time the link opened or closed, to say how old the shown state is. */
  readonly linkSince: number;
  /** Null until the first connection; kept while offline, so that the pages stay readable. */
  readonly snapshot: Snapshot | null;
}

export type EngineStore = StoreApi<EngineMirror>;

/** An empty mirror. */
export function createEngineStore(now: number): EngineStore {
  return createStore<EngineMirror>(() => ({ link: 'connecting', linkSince: now, snapshot: null }));
}

/** Replaces one slice with what the engine said; a value that does not fit the contract is left out. */
export function replaceSlice(store: EngineStore, slice: SliceName, value: unknown): void {
  const parsed = Snapshot.shape[slice].safeParse(value);
  if (!parsed.success) return;
  store.setState(({ snapshot }) => (snapshot === null ? {} : { snapshot: { ...snapshot, [slice]: parsed.data } }));
}
