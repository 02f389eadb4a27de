import type { SigningKey } from '#node/keys.ts';
import type { MicroCredits } from '#shared/domain/credits.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { CoordinatorStore } from './CoordinatorStore.ts';

/** What a store needs of its coordinator. */
export interface CoordinatorStoreOptions {
  /** The data folder, which must exist; `:memory:` keeps everything in memory. */
  readonly folder: string;
  readonly clock: Clock;
  readonly swarmId: string;
  /** The coordinator's own key: it signs the receipts, and its account pays welcome tasks. */
  readonly signingKey: SigningKey;
  /** Private swarms pay at once; public ones hold rewards back for a while. */
  readonly private: boolean;
  /** Put into `incentives` once, for welcome tasks. */
  readonly incentives: MicroCredits;
  /** Runs a function once, soon; `setImmediate` unless a simulation says otherwise. */
  readonly soon?: (run: () => void) => void;
}

/** Opens the coordinator's store on SQLite. Throws a SwarmError `storage_damaged`, `storage_full` or `storage_read_only`. */
export function openCoordinatorStore(options: CoordinatorStoreOptions): CoordinatorStore {
  throw new TypeError(`The store in ${options.folder} cannot be opened yet`);
}
