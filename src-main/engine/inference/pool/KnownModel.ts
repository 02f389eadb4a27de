import type { InstalledModel } from '#shared/domain/models/installedModel.ts';

/** An installed model that may be requested, and what its loads and runs have shown. */
export interface KnownModel {
  model: InstalledModel;
  /** Speed of one answer in its latest runs; null before the first that was long enough. */
  tokensPerSecond: number | null;
  /** Duration of its last load in milliseconds; null before the first. */
  loadMs: number | null;
  /** Monotonic milliseconds of its last run, or of its load. */
  lastUsedAt: number;
}

/** Assumed speed of a first load, which reads, checks and repacks the file from a slow disk, and its fixed part. */
const firstLoad = { bytesPerSecond: 100e6, startMs: 1000 };

export function newKnownModel(model: InstalledModel): KnownModel {
  return { model, tokensPerSecond: null, loadMs: null, lastUsedAt: Number.NEGATIVE_INFINITY };
}

/** Expected duration of the next load in milliseconds: that of the last one, or an estimate from the file's size. */
export function expectedLoadMs({ model, loadMs }: KnownModel): number {
  return Math.ceil(loadMs ?? firstLoad.startMs + (model.sizeBytes / firstLoad.bytesPerSecond) * 1000);
}
