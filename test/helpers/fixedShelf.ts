import type { ModelShelf } from '#engine/ports/ModelShelf.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';

/** A shelf whose models never change and cannot be repaired. */
export function fixedShelf(models: readonly InstalledModel[]): ModelShelf {
  return {
    installed: () => models,
    onChange: () => () => {},
    downloads: () => [],
    onDownloads: () => () => {},
    learn: () => {},
    repair: () => Promise.resolve({ kind: 'impossible', reason: 'The file of this model cannot be restored.' }),
  };
}
