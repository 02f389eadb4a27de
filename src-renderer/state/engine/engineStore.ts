import { createStore, type StoreApi } from 'zustand/vanilla';
import { Snapshot, type SliceName } from '#shared/api/snapshot.ts';
import type { LinkState } from '#renderer/client/EngineTransport.ts';

export interface EngineMirror {
  readonly link: LinkState;
  /** UTC ms of the last link change: the age of the shown state. */
  readonly linkSince: number;
  /** Null until the first connection; kept while offline, so that pages stay readable. */
  readonly snapshot: Snapshot | null;
}

export type EngineStore = StoreApi<EngineMirror>;

/** An empty mirror. */
export function createEngineStore(now: number): EngineStore {
  return createStore<EngineMirror>(() => ({ link: 'connecting', linkSince: now, snapshot: null }));
}

/** Replaces one slice; a value that violates the contract is ignored. */
export function replaceSlice(store: EngineStore, slice: SliceName, value: unknown): void {
  const parsed = Snapshot.shape[slice].safeParse(value);
  if (!parsed.success) return;
  store.setState(({ snapshot }) => (snapshot === null ? {} : { snapshot: { ...snapshot, [slice]: parsed.data } }));
}
