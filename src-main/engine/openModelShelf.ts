import type { InstalledModel } from '#shared/domain/installedModel.ts';
import type { ModelShelf } from './engineContract.ts';
import type { ModelLibrary } from './models/ModelLibrary.ts';

/** The shelf of a library, and what went wrong while it was filled. */
export interface FilledShelf extends ModelShelf {
  /** Installs what ships with the app; resolves to the sentences about what could not be installed. */
  fill(): Promise<readonly string[]>;
}

/** Keeps the library's list in memory, because the engine asks for it on every offer. */
export function openModelShelf(library: ModelLibrary): FilledShelf {
  const listeners = new Set<() => void>();
  let models: readonly InstalledModel[] = [];
  return {
    installed: () => models,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    fill: async () => {
      const outcomes = await library.installBundled();
      models = await library.list();
      for (const listener of listeners) listener();
      return outcomes.flatMap((outcome) => (outcome.kind === 'refused' ? [outcome.message] : []));
    },
  };
}
