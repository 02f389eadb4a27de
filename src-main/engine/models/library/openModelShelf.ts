import type { ModelShelf } from '#engine/ports/ModelShelf.ts';
import type { ModelDesk } from '#engine/models/ModelDesk.ts';
import type { ModelLibrary } from './ModelLibrary.ts';

/** The shelf of a library, and what went wrong while it was filled. */
export interface FilledShelf extends ModelShelf {
  /** Installs what ships with the app; resolves to the sentences about what could not be installed. */
  fill(): Promise<readonly string[]>;
}

/** The installed models and the downloads, as the engine sees them. */
export function openModelShelf(library: ModelLibrary, desk: ModelDesk): FilledShelf {
  return {
    installed: () => desk.installed.all,
    onChange: (listener) => desk.installed.onChange(listener),
    downloads: () => desk.downloads(),
    onDownloads: (listener) => desk.onDownloads(listener),
    learn: (model, load) => desk.learn(model, load),
    repair: (digest) => desk.repair(digest),
    fill: async () => {
      const outcomes = await library.installBundled();
      await desk.open();
      return outcomes.flatMap((outcome) => (outcome.kind === 'refused' ? [outcome.message] : []));
    },
  };
}
