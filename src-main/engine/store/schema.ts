import type { Migration } from '#node/openDatabase.ts';
import { runningFigures } from './money/runningFigures.ts';

/** Migrations of the engine's database, in order. A released one must never change. */
export const engineMigrations: readonly Migration[] = [
  {
    name: 'first',
    sql: `
  CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

  CREATE TABLE swarms (
    swarm_id TEXT PRIMARY KEY,
    address TEXT NOT NULL,
    name TEXT NOT NULL,
    public_key TEXT NOT NULL,
    private INTEGER NOT NULL,
    own_coordinator INTEGER NOT NULL,
    allow_plain INTEGER NOT NULL,
    sealed_secret TEXT,
    sealed_token TEXT,
    token_issued INTEGER,
    token_expires INTEGER,
    cursor INTEGER NOT NULL DEFAULT 0,
    ledger_cursor INTEGER NOT NULL DEFAULT 0,
    balances TEXT,
    reputation TEXT,
    reputation_state TEXT,
    joined_at INTEGER NOT NULL,
    left_at INTEGER
  ) STRICT;

  CREATE TABLE own_tasks (
    swarm_id TEXT NOT NULL,
    task_id TEXT NOT NULL,
    type TEXT NOT NULL,
    submission TEXT,
    preview TEXT NOT NULL,
    status TEXT NOT NULL,
    acknowledged INTEGER NOT NULL DEFAULT 0,
    cancel_requested INTEGER NOT NULL DEFAULT 0,
    over INTEGER NOT NULL DEFAULT 0,
    attempt INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL DEFAULT 0,
    text TEXT,
    view TEXT,
    model_name TEXT,
    credits INTEGER NOT NULL DEFAULT 0,
    partial INTEGER NOT NULL DEFAULT 0,
    quality INTEGER,
    reason TEXT,
    created_at INTEGER NOT NULL,
    first_token_at INTEGER,
    last_token_at INTEGER,
    finished_at INTEGER,
    PRIMARY KEY (swarm_id, task_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX own_tasks_newest ON own_tasks (swarm_id, created_at DESC);
  CREATE INDEX own_tasks_open ON own_tasks (swarm_id, over) WHERE over = 0;
  CREATE INDEX own_tasks_finished ON own_tasks (swarm_id, finished_at) WHERE over = 1;

  CREATE TABLE answer_pieces (
    swarm_id TEXT NOT NULL,
    task_id TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    first INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (swarm_id, task_id, attempt, first)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE assignments (
    swarm_id TEXT NOT NULL,
    assignment_id TEXT NOT NULL,
    task_id TEXT NOT NULL,
    type TEXT NOT NULL,
    language TEXT NOT NULL,
    privacy TEXT NOT NULL,
    own INTEGER NOT NULL,
    requester TEXT NOT NULL,
    model_digest TEXT NOT NULL,
    model_name TEXT NOT NULL,
    sampler TEXT NOT NULL,
    seed INTEGER NOT NULL,
    environment TEXT NOT NULL,
    prompt_ids BLOB,
    prefix_count INTEGER NOT NULL,
    input_hash TEXT,
    status TEXT NOT NULL,
    count INTEGER NOT NULL DEFAULT 0,
    chain TEXT,
    finish TEXT,
    reason TEXT,
    credits INTEGER NOT NULL DEFAULT 0,
    welcome INTEGER NOT NULL DEFAULT 0,
    quality INTEGER,
    quality_record TEXT,
    started_at INTEGER NOT NULL,
    first_token_at INTEGER,
    ended_at INTEGER,
    settled_at INTEGER,
    PRIMARY KEY (swarm_id, assignment_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX assignments_newest ON assignments (swarm_id, started_at DESC);
  CREATE INDEX assignments_task ON assignments (swarm_id, task_id);
  CREATE INDEX assignments_running ON assignments (swarm_id) WHERE status = 'running';
  CREATE INDEX assignments_settled ON assignments (swarm_id, settled_at);

  CREATE TABLE chunks (
    swarm_id TEXT NOT NULL,
    assignment_id TEXT NOT NULL,
    first INTEGER NOT NULL,
    ids BLOB NOT NULL,
    text TEXT NOT NULL,
    chain TEXT NOT NULL,
    signature TEXT NOT NULL,
    PRIMARY KEY (swarm_id, assignment_id, first)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE outbox (
    swarm_id TEXT NOT NULL,
    assignment_id TEXT NOT NULL,
    result TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (swarm_id, assignment_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE ledger (
    swarm_id TEXT NOT NULL,
    entry_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    category TEXT NOT NULL,
    task_id TEXT,
    assignment_id TEXT,
    available INTEGER NOT NULL,
    escrow INTEGER NOT NULL,
    stake INTEGER NOT NULL,
    pending INTEGER NOT NULL,
    running INTEGER NOT NULL,
    receipt TEXT,
    receipt_valid INTEGER NOT NULL,
    PRIMARY KEY (swarm_id, entry_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX ledger_task ON ledger (swarm_id, task_id) WHERE task_id IS NOT NULL;

  CREATE TABLE reputation_path (
    swarm_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    score REAL NOT NULL,
    level TEXT NOT NULL,
    PRIMARY KEY (swarm_id, at)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE announcements (
    swarm_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    level TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (swarm_id, seq)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE models (digest TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  },
  {
    name: 'benchmarks',
    sql: `CREATE TABLE benchmarks (number INTEGER PRIMARY KEY AUTOINCREMENT, report TEXT NOT NULL) STRICT;`,
  },
  {
    // In tables without rowids, rows of a thousand bytes and more filled a page each, and SQLite preferred the primary
    // key to better indexes.
    name: 'tables with rowids',
    sql: `
  CREATE TABLE new_own_tasks (
    swarm_id TEXT NOT NULL,
    task_id TEXT NOT NULL,
    type TEXT NOT NULL,
    submission TEXT,
    preview TEXT NOT NULL,
    status TEXT NOT NULL,
    acknowledged INTEGER NOT NULL DEFAULT 0,
    cancel_requested INTEGER NOT NULL DEFAULT 0,
    over INTEGER NOT NULL DEFAULT 0,
    attempt INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL DEFAULT 0,
    text TEXT,
    view TEXT,
    model_name TEXT,
    credits INTEGER NOT NULL DEFAULT 0,
    partial INTEGER NOT NULL DEFAULT 0,
    quality INTEGER,
    reason TEXT,
    created_at INTEGER NOT NULL,
    first_token_at INTEGER,
    last_token_at INTEGER,
    finished_at INTEGER,
    PRIMARY KEY (swarm_id, task_id)
  ) STRICT;
  INSERT INTO new_own_tasks SELECT * FROM own_tasks ORDER BY created_at;
  DROP TABLE own_tasks;
  ALTER TABLE new_own_tasks RENAME TO own_tasks;
  CREATE INDEX own_tasks_newest ON own_tasks (swarm_id, created_at DESC, task_id DESC);
  CREATE INDEX own_tasks_open ON own_tasks (swarm_id, created_at, task_id) WHERE over = 0;

  CREATE TABLE new_assignments (
    swarm_id TEXT NOT NULL,
    assignment_id TEXT NOT NULL,
    task_id TEXT NOT NULL,
    type TEXT NOT NULL,
    language TEXT NOT NULL,
    privacy TEXT NOT NULL,
    own INTEGER NOT NULL,
    requester TEXT NOT NULL,
    model_digest TEXT NOT NULL,
    model_name TEXT NOT NULL,
    sampler TEXT NOT NULL,
    seed INTEGER NOT NULL,
    environment TEXT NOT NULL,
    prompt_ids BLOB,
    prefix_count INTEGER NOT NULL,
    input_hash TEXT,
    status TEXT NOT NULL,
    count INTEGER NOT NULL DEFAULT 0,
    chain TEXT,
    finish TEXT,
    reason TEXT,
    credits INTEGER NOT NULL DEFAULT 0,
    welcome INTEGER NOT NULL DEFAULT 0,
    quality INTEGER,
    quality_record TEXT,
    started_at INTEGER NOT NULL,
    first_token_at INTEGER,
    ended_at INTEGER,
    settled_at INTEGER,
    PRIMARY KEY (swarm_id, assignment_id)
  ) STRICT;
  INSERT INTO new_assignments SELECT * FROM assignments ORDER BY started_at;
  DROP TABLE assignments;
  ALTER TABLE new_assignments RENAME TO assignments;
  CREATE INDEX assignments_newest ON assignments (swarm_id, started_at DESC, task_id DESC);
  CREATE INDEX assignments_task ON assignments (swarm_id, task_id, started_at);
  CREATE INDEX assignments_running ON assignments (swarm_id) WHERE status = 'running';

  CREATE TABLE new_ledger (
    swarm_id TEXT NOT NULL,
    entry_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    category TEXT NOT NULL,
    task_id TEXT,
    assignment_id TEXT,
    available INTEGER NOT NULL,
    escrow INTEGER NOT NULL,
    stake INTEGER NOT NULL,
    pending INTEGER NOT NULL,
    receipt TEXT,
    receipt_valid INTEGER NOT NULL,
    PRIMARY KEY (swarm_id, entry_id)
  ) STRICT;
  INSERT INTO new_ledger SELECT swarm_id, entry_id, at, category, task_id, assignment_id, available, escrow, stake, pending,
      receipt, receipt_valid FROM ledger ORDER BY entry_id;
  DROP TABLE ledger;
  ALTER TABLE new_ledger RENAME TO ledger;
  CREATE INDEX ledger_task ON ledger (swarm_id, task_id, entry_id) WHERE task_id IS NOT NULL;
  `,
  },
  { name: 'running figures', sql: runningFigures },
  {
    name: 'cursors of event streams',
    // The only stream was the node's own, whose id is not in the database: `node` stands for it until it grows.
    sql: `
  CREATE TABLE event_cursors (
    swarm_id TEXT NOT NULL,
    stream TEXT NOT NULL,
    cursor INTEGER NOT NULL,
    PRIMARY KEY (swarm_id, stream)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO event_cursors SELECT swarm_id, 'node', cursor FROM swarms WHERE cursor > 0;
  ALTER TABLE swarms DROP COLUMN cursor;
  `,
  },
];
