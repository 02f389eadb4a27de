import path from 'node:path';
import { forgetEvents } from '#coordinator/books/commands/forgetEvents.ts';
import { prepareSwarm } from '#coordinator/books/commands/prepareSwarm.ts';
import type { Books } from '#coordinator/books/Books.ts';
import type { EventFeed } from '#coordinator/books/EventFeed.ts';
import type { Queries } from '#coordinator/books/Queries.ts';
import { type Tables, tablesOver } from '#coordinator/books/Tables.ts';
import type { SigningKey } from '#node/keys/keys.ts';
import { type SqliteDatabase, openDatabase } from '#node/openDatabase.ts';
import type { MicroCredits } from '#shared/domain/money/credits.ts';
import type { Clock } from '#shared/util/clock.ts';
import { Commits } from './commit/Commits.ts';
import { InlineWriter } from './commit/InlineWriter.ts';
import { makeFast } from './commit/makeFast.ts';
import type { MaybePromise } from './commit/MaybePromise.ts';
import { MissingRowsError } from './commit/MissingRowsError.ts';
import type { RowWriter } from './commit/RowWriter.ts';
import { ThreadWriter } from './commit/ThreadWriter.ts';
import { UnitOfWork } from './commit/UnitOfWork.ts';
import type { Storage } from './Storage.ts';
import { bindToSwarm } from './sqlite/bindToSwarm.ts';
import { ChunkTable } from './sqlite/ChunkTable.ts';
import { EventRows } from './sqlite/EventRows.ts';
import { ReceiptRows } from './sqlite/ReceiptRows.ts';
import { type SqliteRows, areLoaded, loadRows, openRows } from './sqlite/rows/openRows.ts';
import { databaseFile, migrations } from './sqlite/schema.ts';
import { SqliteAppends } from './sqlite/SqliteAppends.ts';
import { sqliteQueries } from './sqlite/SqliteQueries.ts';

/** Options of a coordinator's storage. */
export interface StorageOptions {
  /** The data folder; made when it is missing. `:memory:` keeps everything in memory. */
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
  /** `thread` writes in a thread of its own, so that no fsync holds up the connections; here by default. */
  readonly writer?: 'here' | 'thread';
  /** How long the coordinator was down before this start, in milliseconds: tasks that wait for a node do not age by it. */
  readonly downMs?: number;
  /** For simulations of a storage that is far away: loads rows later, and remembers few of them. */
  readonly distance?: {
    readonly load: (load: () => void) => Promise<void>;
    /** Rows of each kind that are remembered. */
    readonly remembered: number;
  };
}

/**
 * Opens the coordinator's storage on SQLite. Throws a SwarmError `storage_damaged`, `storage_full`, `storage_read_only`,
 * `unsupported_version`, or `wrong_swarm` when the folder belongs to another coordinator.
 */
export function openStorage(options: StorageOptions): Storage {
  const file = options.folder === ':memory:' ? ':memory:' : path.join(options.folder, databaseFile);
  const database = openDatabase({ file, migrations });
  try {
    makeFast(database);
    bindToSwarm(database, options);
    if (options.downMs !== undefined && options.downMs > 0) postponeQueued(database, options.downMs);
    const parts = openParts(database, options);
    prepare(parts, options);
    const writer = options.writer === 'thread' && !database.memory ? new ThreadWriter(file) : parts.here;
    return storageOver(database, { ...parts, writer }, options);
  } catch (error) {
    database.close();
    throw error;
  }
}

interface Parts {
  readonly unit: UnitOfWork;
  readonly rows: SqliteRows;
  readonly events: EventRows;
  readonly tables: Tables;
  readonly queries: Queries;
  /** Writes in this thread. */
  readonly here: RowWriter;
}

function openParts(database: SqliteDatabase, options: StorageOptions): Parts {
  const unit = new UnitOfWork();
  const rows = openRows(database, unit, options.distance?.remembered);
  const chunks = new ChunkTable(database, unit);
  const events = new EventRows(database, unit);
  const receipts = new ReceiptRows(database);
  const tables = tablesOver(
    {
      rows,
      appends: new SqliteAppends(unit, { chunks, events, receipts }),
      undo: (run) => unit.undo(run),
      need(names) {
        if (!areLoaded(rows, names)) throw new MissingRowsError(names);
      },
    },
    options,
  );
  const queries = sqliteQueries(database, { rows, chunks, events, receipts });
  return { unit, rows, events, tables, queries, here: new InlineWriter(database) };
}

/** Rows that every commit looks at: the last numbers of commits and events. */
const always = { counters: ['commit', 'event'] } as const;

/** Writes the rows that every swarm has from its first start on. */
function prepare({ unit, rows, tables, here }: Parts, { signingKey, incentives, clock }: StorageOptions): void {
  const command = prepareSwarm(signingKey.publicKey, incentives, clock.now());
  const { ownAccount } = tables;
  unit.begin();
  loadRows(rows, [always, command.rows, { accounts: [ownAccount], userBalances: [ownAccount] }]);
  command.rule(tables);
  tables.seal();
  void here.write(unit.seal());
  unit.keep();
}

/** Tasks that wait for a node do not age while the coordinator is down. */
function postponeQueued(database: SqliteDatabase, byMs: number): void {
  database
    .prepare(`UPDATE tasks SET expires_at = expires_at + ? WHERE finished_at IS NULL AND status = 'queued'`)
    .run(Math.ceil(byMs));
}

/** Milliseconds between an acknowledgement and the deletion of what it covers: many acknowledgements share one. */
const sweepEveryMs = 1000;

/** Schedules one sweep of acknowledged events; repeated calls coalesce. */
function sweeping(clock: Clock, sweep: () => Promise<void>): () => void {
  let planned = false;
  return () => {
    if (planned) return;
    planned = true;
    clock.setTimer(sweepEveryMs, () => {
      planned = false;
      // What could not be deleted now goes with a later sweep.
      sweep().catch(() => undefined);
    });
  };
}

type Listener = (streams: ReadonlySet<string>) => void;

/** A group ends with its receipts and events; when it is on the disk, those who push events are told. */
function openCommits(
  { unit, rows, tables, events, writer }: Parts & { readonly writer: RowWriter },
  { clock, soon, distance }: StorageOptions,
  listeners: readonly Listener[],
): Commits {
  return new Commits({
    unit,
    writer,
    clock,
    always,
    load(names): MaybePromise<void> {
      if (distance === undefined) return loadRows(rows, names);
      const isLoaded = names.every((each) => areLoaded(rows, each));
      return isLoaded ? undefined : distance.load(() => loadRows(rows, names));
    },
    ...(soon === undefined ? {} : { soon }),
    beforeCommit: () => tables.seal(),
    afterCommit() {
      const streams = events.takeNew();
      if (streams.size > 0) for (const listener of listeners) listener(streams);
    },
  });
}

function storageOver(
  database: SqliteDatabase,
  parts: Parts & { readonly writer: RowWriter },
  options: StorageOptions,
): Storage {
  const { tables, events, queries, writer } = parts;
  const listeners: Listener[] = [];
  const commits = openCommits(parts, options, listeners);
  const books: Books = { run: (command) => commits.run(command.rows, () => command.rule(tables)) };
  const sweep = () => books.run(forgetEvents(events.acknowledged));
  const sweepSoon = sweeping(options.clock, sweep);
  const feed: EventFeed = {
    acknowledgeEvents(stream, upTo) {
      events.acknowledge(stream, upTo);
      sweepSoon();
    },
    onEvents: (listener) => void listeners.push(listener),
  };
  return {
    books,
    queries,
    events: feed,
    async close() {
      const swept = sweep().catch(() => undefined);
      await commits.close();
      await swept;
      await writer.close();
      database.close();
    },
  };
}
