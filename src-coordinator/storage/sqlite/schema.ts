import type { Migration } from '#node/openDatabase.ts';

/** File of the coordinator's database inside its data folder. */
export const databaseFile = 'coordinator.db';

/**
 * Tables of the coordinator. Times are UTC milliseconds (REAL, since a clock may give fractions), amounts are
 * micro-credits. Texts of people stand in `task_texts`, `prompts` and `chunks` alone.
 */
export const migrations: readonly Migration[] = [
  {
    name: 'first tables',
    sql: `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE accounts (
  account_id TEXT PRIMARY KEY,
  account_key TEXT NOT NULL,
  roles TEXT NOT NULL,
  created_at REAL NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE nodes (
  node_id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts,
  node_key TEXT NOT NULL,
  name TEXT NOT NULL,
  pseudonym TEXT NOT NULL,
  address_prefix TEXT NOT NULL,
  hardware_fingerprint TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('approved', 'pending', 'rejected', 'revoked')),
  enrolled_at REAL NOT NULL,
  reputation TEXT NOT NULL,
  settled_count INTEGER NOT NULL DEFAULT 0,
  last_event INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX nodes_by_prefix ON nodes (address_prefix, enrolled_at);

CREATE TABLE tokens (
  jti TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts,
  node_id TEXT NOT NULL REFERENCES nodes,
  expires REAL NOT NULL,
  revoked INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE tasks (
  task_id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts,
  requester_node_id TEXT REFERENCES nodes,
  body_hash TEXT NOT NULL,
  status TEXT NOT NULL
    CHECK (status IN ('blocked', 'queued', 'running', 'completed', 'failed', 'cancelled', 'expired')),
  bill_status TEXT NOT NULL CHECK (bill_status IN ('held', 'settled', 'refunded')),
  welcome INTEGER NOT NULL,
  only_node_id TEXT,
  type TEXT NOT NULL,
  language TEXT NOT NULL,
  privacy TEXT NOT NULL,
  audience TEXT NOT NULL,
  priority TEXT NOT NULL,
  prompt_bytes INTEGER NOT NULL,
  max_tokens INTEGER NOT NULL,
  model TEXT,
  tariff_quality TEXT NOT NULL,
  demand_per_mille INTEGER NOT NULL,
  price_version INTEGER NOT NULL,
  largest_size TEXT NOT NULL,
  highest_level TEXT NOT NULL,
  -- Ids separated by spaces, so that a task is read in one go; task_parents finds the children.
  parents TEXT NOT NULL,
  hold INTEGER NOT NULL CHECK (hold >= 0),
  cost INTEGER NOT NULL DEFAULT 0 CHECK (cost BETWEEN 0 AND hold),
  fee INTEGER NOT NULL DEFAULT 0 CHECK (fee BETWEEN 0 AND cost),
  attempt INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0,
  assignments INTEGER NOT NULL DEFAULT 0,
  finish TEXT,
  partial INTEGER NOT NULL DEFAULT 0,
  quality TEXT,
  reason TEXT,
  created_at REAL NOT NULL,
  expires_at REAL NOT NULL,
  unblocked_at REAL,
  assigned_at REAL,
  first_token_at REAL,
  finished_at REAL
) STRICT, WITHOUT ROWID;
CREATE INDEX tasks_by_account ON tasks (account_id, created_at);
CREATE INDEX tasks_open ON tasks (created_at) WHERE status IN ('blocked', 'queued', 'running');

CREATE TABLE task_parents (
  task_id TEXT NOT NULL REFERENCES tasks,
  place INTEGER NOT NULL,
  parent_id TEXT NOT NULL REFERENCES tasks,
  PRIMARY KEY (task_id, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX task_children ON task_parents (parent_id, task_id);

-- Welcome tasks given so far: one per account, or per node in a private swarm.
CREATE TABLE welcomes (who TEXT PRIMARY KEY, task_id TEXT NOT NULL REFERENCES tasks) STRICT, WITHOUT ROWID;

CREATE TABLE task_texts (
  task_id TEXT PRIMARY KEY REFERENCES tasks,
  -- Key that the text is encrypted with; '' is plain.
  key_id TEXT NOT NULL DEFAULT '',
  submission TEXT NOT NULL,
  -- When the task ended: its text, prompt and chunks expire a while after this.
  ended_at REAL
) STRICT;
CREATE INDEX texts_ended ON task_texts (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE assignments (
  assignment_id TEXT PRIMARY KEY,
  task_id TEXT NOT NULL REFERENCES tasks,
  kind TEXT NOT NULL CHECK (kind IN ('work', 'verify', 'review', 'ringer')),
  attempt INTEGER NOT NULL,
  node_id TEXT NOT NULL REFERENCES nodes,
  account_id TEXT NOT NULL REFERENCES accounts,
  status TEXT NOT NULL,
  model_digest TEXT NOT NULL,
  model_name TEXT NOT NULL,
  size_class TEXT NOT NULL,
  level TEXT NOT NULL,
  start_index INTEGER NOT NULL,
  sampler TEXT NOT NULL,
  seed INTEGER NOT NULL,
  stored INTEGER NOT NULL DEFAULT 0,
  chain TEXT,
  last_signature TEXT,
  finish TEXT,
  reason TEXT,
  -- Judged at the end of the task or when the answer starts over; NULL before.
  accepted INTEGER,
  estimate_ms REAL NOT NULL,
  assigned_at REAL NOT NULL,
  ended_at REAL,
  reward INTEGER NOT NULL DEFAULT 0 CHECK (reward >= 0),
  reward_status TEXT CHECK (reward_status IN ('pending', 'released', 'slashed')),
  settled_at REAL,
  -- Which of its node's settled pieces of work this was, from 1.
  settled_number INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX assignments_by_task ON assignments (task_id, attempt, start_index, assigned_at);
CREATE INDEX assignments_ended ON assignments (node_id, ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX assignments_pending ON assignments (settled_at) WHERE reward_status = 'pending';

CREATE TABLE prompts (
  assignment_id TEXT PRIMARY KEY REFERENCES assignments,
  -- Ids as four bytes each, little-endian.
  ids BLOB NOT NULL
) STRICT;

CREATE TABLE chunks (
  assignment_id TEXT NOT NULL REFERENCES assignments,
  start INTEGER NOT NULL,
  ids BLOB NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (assignment_id, start)
) STRICT, WITHOUT ROWID;

-- The journal: append-only, hash-chained. \`reference\` makes what may happen once impossible twice.
CREATE TABLE entries (
  entry_id INTEGER PRIMARY KEY,
  chain INTEGER NOT NULL,
  at REAL NOT NULL,
  category TEXT NOT NULL,
  reference TEXT NOT NULL UNIQUE,
  task_id TEXT,
  node_id TEXT,
  price_version INTEGER,
  hash BLOB NOT NULL
) STRICT;
CREATE INDEX entries_by_task ON entries (task_id) WHERE task_id IS NOT NULL;

-- An account is \`owner\`, or \`user:<owner>:<part>\` when \`part\` is not empty.
CREATE TABLE legs (
  entry_id INTEGER NOT NULL REFERENCES entries,
  leg INTEGER NOT NULL,
  owner TEXT NOT NULL,
  part TEXT NOT NULL,
  amount INTEGER NOT NULL,
  assignment_id TEXT,
  node_id TEXT,
  -- Total that the leg counts towards: granted, earned, spent or withdrawn.
  counts TEXT,
  PRIMARY KEY (entry_id, leg)
) STRICT, WITHOUT ROWID;
CREATE INDEX legs_by_owner ON legs (owner, entry_id) WHERE part <> '';

-- Folds of the journal, kept in the same transactions.
CREATE TABLE user_balances (
  account_id TEXT PRIMARY KEY REFERENCES accounts,
  available INTEGER NOT NULL DEFAULT 0 CHECK (available >= 0),
  escrow INTEGER NOT NULL DEFAULT 0 CHECK (escrow >= 0),
  stake INTEGER NOT NULL DEFAULT 0 CHECK (stake >= 0),
  pending INTEGER NOT NULL DEFAULT 0 CHECK (pending >= 0),
  granted INTEGER NOT NULL DEFAULT 0,
  earned INTEGER NOT NULL DEFAULT 0,
  spent INTEGER NOT NULL DEFAULT 0,
  withdrawn INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE system_balances (
  account TEXT PRIMARY KEY,
  amount INTEGER NOT NULL,
  CHECK (amount >= 0 OR account = 'issuance')
) STRICT, WITHOUT ROWID;
INSERT INTO system_balances VALUES
  ('issuance', 0), ('treasury', 0), ('burn', 0), ('incentives', 0), ('verification', 0), ('payout', 0);

CREATE TABLE commits (
  commit_id INTEGER PRIMARY KEY,
  -- Number of receipts.
  entries INTEGER NOT NULL,
  -- Hashes of the tree, 32 bytes each: the leaves in order, then each level above, the root last.
  tree BLOB NOT NULL,
  signature TEXT NOT NULL
) STRICT;

-- What each node is told, in order, until it says that it has it. Texts and receipts are added when it is read.
CREATE TABLE events (
  node_id TEXT NOT NULL REFERENCES nodes,
  seq INTEGER NOT NULL,
  at REAL NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (node_id, seq)
) STRICT, WITHOUT ROWID;

-- Settled work per node and requester: the floors of the levels count only a few from each.
CREATE TABLE settled_pairs (
  node_id TEXT NOT NULL REFERENCES nodes,
  account_id TEXT NOT NULL REFERENCES accounts,
  count INTEGER NOT NULL,
  PRIMARY KEY (node_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE reputation_changes (
  change_id INTEGER PRIMARY KEY,
  node_id TEXT NOT NULL REFERENCES nodes,
  assignment_id TEXT NOT NULL REFERENCES assignments,
  at REAL NOT NULL,
  formula INTEGER NOT NULL,
  kind TEXT NOT NULL,
  score REAL NOT NULL,
  level TEXT NOT NULL
) STRICT;
CREATE INDEX reputation_by_node ON reputation_changes (node_id, at);

CREATE TABLE audit (
  line_id INTEGER PRIMARY KEY,
  at REAL NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  outcome TEXT NOT NULL,
  hash BLOB NOT NULL
) STRICT;
`,
  },
  {
    name: 'shape of the model with each assignment',
    // Without it, nobody could check the end of an answer after a restart when its model is in no catalogue.
    sql: 'ALTER TABLE assignments ADD COLUMN shape TEXT',
  },
  {
    name: 'events of a commit in one row',
    sql: `UPDATE events SET body = '[[' || at || ',' || body || ']]'`,
  },
  {
    name: 'open tasks by their end',
    // A task's row changes its status twice before it ends: its index need not know.
    sql: `DROP INDEX tasks_open;
CREATE INDEX tasks_open ON tasks (created_at) WHERE finished_at IS NULL`,
  },
  {
    name: 'events in the order in which they came',
    // Bodies are longer than a row of an index holds: in a table of rowids they fill their pages.
    sql: `CREATE TABLE told (
  event_id INTEGER PRIMARY KEY,
  node_id TEXT NOT NULL REFERENCES nodes,
  seq INTEGER NOT NULL,
  at REAL NOT NULL,
  body TEXT NOT NULL
) STRICT;
INSERT INTO told (node_id, seq, at, body) SELECT node_id, seq, at, body FROM events;
DROP TABLE events;
ALTER TABLE told RENAME TO events;
CREATE UNIQUE INDEX events_by_node ON events (node_id, seq)`,
  },
  {
    name: 'streams of events and chains of receipts',
    // Numbers come from one counter now, beyond every number that a node may have stored.
    sql: `CREATE TABLE stream_events (
  event_id INTEGER PRIMARY KEY,
  stream TEXT NOT NULL,
  -- Number of the last event in the row.
  seq INTEGER NOT NULL,
  -- Pairs of time and event, in order, numbered one by one.
  body TEXT NOT NULL
) STRICT;
INSERT INTO stream_events (stream, seq, body) SELECT 'node:' || node_id, seq, body FROM events ORDER BY event_id;
INSERT INTO meta (key, value) SELECT 'lastEvent', CAST(max(
  coalesce((SELECT max(seq) FROM events), 0), coalesce((SELECT max(last_event) FROM nodes), 0)) AS TEXT);
DROP TABLE events;
ALTER TABLE stream_events RENAME TO events;
CREATE UNIQUE INDEX events_by_stream ON events (stream, seq);
ALTER TABLE nodes DROP COLUMN last_event;
-- NULL where the signed root names no chain.
ALTER TABLE commits ADD COLUMN chain INTEGER`,
  },
];
