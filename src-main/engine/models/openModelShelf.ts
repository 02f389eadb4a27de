import type { ModelShelf } from '#engine/ports/ModelShelf.ts';
import type { ModelService } from './ModelService.ts';
import type { ModelLibrary } from './library/ModelLibrary.ts';

/** The model shelf, which also installs the models that ship with the app. */
export interface FilledShelf extends ModelShelf {
  /** Installs the models that ship with the app; resolves to the messages of those that could not be installed. */
  fill(): Promise<readonly string[]>;
}

/** The installed models and downloads as the engine's `ModelShelf`. */
export function openModelShelf(library: ModelLibrary, desk: ModelService): FilledShelf {
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
