import { type CoordinatorStore, storeOver } from '#coordinator/books/CoordinatorStore.ts';
import { type StorageOptions, openStorage } from '#coordinator/storage/openStorage.ts';

/** The former interface over an opened storage. */
export function openCoordinatorStore(options: StorageOptions): CoordinatorStore {
  return storeOver(openStorage(options));
}
