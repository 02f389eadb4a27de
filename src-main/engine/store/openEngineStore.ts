import type { Clock } from '#shared/util/clock.ts';
import { GroupCommit } from './GroupCommit.ts';
import { openDatabase } from '#node/openDatabase.ts';
import { AnnouncementStore } from './AnnouncementStore.ts';
import { AssignmentStore } from './tasks/AssignmentStore.ts';
import { BenchmarkStore } from './BenchmarkStore.ts';
import { ChunkStore } from './tasks/ChunkStore.ts';
import { EarningsQueries } from './money/EarningsQueries.ts';
import { EventCursors } from './EventCursors.ts';
import { LedgerStore } from './money/LedgerStore.ts';
import { ModelStore } from './ModelStore.ts';
import { OutboxStore } from './tasks/OutboxStore.ts';
import { OwnTaskStore } from './tasks/OwnTaskStore.ts';
import { ReputationStore } from './money/ReputationStore.ts';
import { engineMigrations } from './schema.ts';
import { SettingsStore } from './SettingsStore.ts';
import type { Writer } from './storeContract.ts';
import { SwarmStore } from './SwarmStore.ts';
import { TaskQueries } from './tasks/TaskQueries.ts';

/** The engine's database. */
export interface EngineStore extends Writer {
  readonly settings: SettingsStore;
  readonly swarms: SwarmStore;
  readonly eventCursors: EventCursors;
  readonly ownTasks: OwnTaskStore;
  readonly assignments: AssignmentStore;
  readonly chunks: ChunkStore;
  readonly outbox: OutboxStore;
  readonly ledger: LedgerStore;
  readonly reputation: ReputationStore;
  readonly announcements: AnnouncementStore;
  readonly models: ModelStore;
  readonly benchmarks: BenchmarkStore;
  readonly tasks: TaskQueries;
  readonly earnings: EarningsQueries;
  /** Commits pending writes, then closes. Further writes are rejected. */
  close(): void;
}

export interface EngineStoreOptions {
  /** Usually `HOME/engine.db`; `:memory:` in simulations. */
  readonly file: string;
  readonly clock: Clock;
  /** Schedules a group commit; `setImmediate` by default. */
  readonly soon?: (run: () => void) => void;
}

/** Opens the engine's database. Throws a SwarmError `storage_damaged`, `storage_full` or `storage_read_only`. */
export function openEngineStore({ file, clock, soon }: EngineStoreOptions): EngineStore {
  const database = openDatabase({ file, migrations: engineMigrations });
  const group = new GroupCommit({ database, clock, ...(soon === undefined ? {} : { soon }) });
  const writer: Writer = { write: (work) => group.run(work) };
  return {
    ...writer,
    settings: new SettingsStore(database),
    swarms: new SwarmStore(database),
    eventCursors: new EventCursors(database),
    ownTasks: new OwnTaskStore(database),
    assignments: new AssignmentStore(database),
    chunks: new ChunkStore(database),
    outbox: new OutboxStore(database),
    ledger: new LedgerStore(database),
    reputation: new ReputationStore(database),
    announcements: new AnnouncementStore(database),
    models: new ModelStore(database, writer),
    benchmarks: new BenchmarkStore(database, writer),
    tasks: new TaskQueries(database),
    earnings: new EarningsQueries(database),
    close() {
      group.close();
      database.close();
    },
  };
}
