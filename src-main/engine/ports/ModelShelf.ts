import type { Download } from '#shared/api/models.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';

/** The outcome of a repair: the file is sound; it is downloaded again and unlisted until then; or nothing helps. */
export type Repaired =
  | { readonly kind: 'sound' }
  | { readonly kind: 'fetching'; readonly downloadId: string }
  | { readonly kind: 'impossible'; readonly reason: string };

/** The models whose files are here and were checked. */
export interface ModelShelf {
  installed(): readonly InstalledModel[];
  onChange(listener: () => void): () => void;
  /** Downloads that are not finished. */
  downloads(): readonly Download[];
  onDownloads(listener: () => void): () => void;
  /** Records the memory that a model took at most, in bytes, for later estimates. */
  learn(model: InstalledModel, load: { contextSize: number; slots: number; measuredBytes: number }): void;
  /** Restores a damaged or missing file. Rejects with a SwarmError `model_unknown`. */
  repair(digest: string): Promise<Repaired>;
}
