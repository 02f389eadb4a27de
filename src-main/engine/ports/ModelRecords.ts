import type { InstalledModel } from '#shared/domain/models/installedModel.ts';

/** A model on record: its file lies where the data folder is now. */
export type StoredModel = Omit<InstalledModel, 'path'>;

/** The index of model files. */
export interface ModelRecords {
  readonly list: () => Promise<readonly StoredModel[]>;
  /** Adds a row, or replaces the one with the same digest. */
  readonly save: (model: StoredModel) => Promise<void>;
  readonly remove: (digest: string) => Promise<void>;
}
