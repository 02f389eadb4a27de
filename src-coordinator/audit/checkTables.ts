import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import canonicalize from 'canonicalize';
import type { Findings } from './Findings.ts';
import type { JournalFold } from './JournalFold.ts';

const parts = ['available', 'escrow', 'stake', 'pending'] as const;
const totals = ['granted', 'earned', 'spent', 'withdrawn'] as const;

type UserRow = Readonly<Record<(typeof parts)[number] | (typeof totals)[number], bigint>> & {
  readonly account_id: string;
};

/** Compares the stored balances with those of the journal, and each account with its own totals. */
export function checkBalances(database: Database, fold: JournalFold, findings: Findings): void {
  const seen = new Set<string>();
  const compare = (account: string, stored: bigint): void => {
    seen.add(account);
    const folded = fold.accounts.get(account) ?? 0n;
    if (folded !== stored) findings.note(`${account} is stored as ${stored}, but the journal gives ${folded}`);
    if (folded < 0n && account !== 'issuance') findings.note(`${account} is negative`);
  };
  const system = database.prepare<[], { account: string; amount: bigint }>(
    'SELECT account, amount FROM system_balances',
  );
  for (const { account, amount } of system.safeIntegers().iterate()) compare(account, amount);
  for (const row of database.prepare<[], UserRow>('SELECT * FROM user_balances').safeIntegers().iterate()) {
    for (const part of parts) compare(`user:${row.account_id}:${part}`, row[part]);
    checkTotals(row, fold, findings);
  }
  for (const account of fold.accounts.keys()) {
    if (!seen.has(account)) findings.note(`${account} is in the journal, but has no stored balance`);
  }
}

function checkTotals(row: UserRow, fold: JournalFold, findings: Findings): void {
  for (const total of totals) {
    const folded = fold.totals.get(`${row.account_id}:${total}`) ?? 0n;
    if (folded !== row[total])
      findings.note(`${total} of ${row.account_id} is stored as ${row[total]}, but the journal gives ${folded}`);
  }
  const has = row.available + row.escrow + row.stake + row.pending;
  const should = row.granted + row.earned - row.spent - row.withdrawn;
  if (has !== should) findings.note(`${row.account_id} has ${has}, but its totals give ${should}`);
}

interface TaskRow {
  readonly task_id: string;
  readonly is_over: bigint;
  readonly hold: bigint;
  readonly cost: bigint;
}

/** Compares each task with its entries in the journal. Returns the number of tasks. */
export function checkTasks(database: Database, fold: JournalFold, findings: Findings): number {
  const rows = database.prepare<[], TaskRow>(
    `SELECT task_id, status NOT IN ('blocked', 'queued', 'running') AS is_over, hold, cost FROM tasks`,
  );
  const known = new Set<string>();
  for (const row of rows.safeIntegers().iterate()) {
    known.add(row.task_id);
    const money = fold.tasks.get(row.task_id) ?? { escrow: 0n, spent: 0n, endings: 0 };
    const name = `task ${row.task_id}`;
    if (row.is_over === 1n) {
      if (money.escrow !== 0n) findings.stillHeld(name, money.escrow);
      if (money.spent !== row.cost) findings.note(`${name} cost ${row.cost}, but the journal gives ${money.spent}`);
    } else if (money.escrow !== row.hold) {
      findings.note(`${name} is open, but ${money.escrow} is held for it instead of ${row.hold}`);
    }
  }
  for (const [taskId, money] of fold.tasks) {
    if (money.endings > 1) findings.paidAgain(`task ${taskId}`);
    if (!known.has(taskId)) findings.note(`the journal names task ${taskId}, which does not exist`);
  }
  return known.size;
}

interface RewardRow {
  readonly assignment_id: string;
  readonly task_id: string;
  readonly attempt: bigint;
  readonly start_index: bigint;
  readonly stored: bigint;
  readonly reward: bigint;
}

/** Compares each assignment's reward with the journal, and finds parts of an answer that were paid twice. */
export function checkRewards(database: Database, fold: JournalFold, findings: Findings): void {
  const rows = database.prepare<[], RewardRow>(
    `SELECT assignment_id, task_id, attempt, start_index, stored, reward FROM assignments
     ORDER BY task_id, attempt, start_index`,
  );
  let answer = '';
  let paidUpTo = 0n;
  for (const row of rows.safeIntegers().iterate()) {
    const folded = fold.rewards.get(row.assignment_id) ?? { amount: 0n, payments: 0 };
    const name = `assignment ${row.assignment_id}`;
    if (folded.amount !== row.reward) {
      findings.note(`${name} earned ${row.reward}, but the journal gives ${folded.amount}`);
    }
    if (folded.payments > 1) findings.paidAgain(name);
    const ownAnswer = `${row.task_id}/${row.attempt}`;
    if (ownAnswer !== answer) paidUpTo = 0n;
    answer = ownAnswer;
    if (folded.amount === 0n || row.stored === 0n) continue;
    if (row.start_index < paidUpTo) findings.paidAgain(`a part of the answer of task ${row.task_id}`);
    if (row.start_index + row.stored > paidUpTo) paidUpTo = row.start_index + row.stored;
  }
}

interface AuditRow {
  readonly line_id: number;
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly outcome: string;
  readonly hash: Uint8Array;
}

/** Checks the hash chain of the audit log. */
export function checkAudit(database: Database, findings: Findings): void {
  let previous: Uint8Array = new Uint8Array(32);
  let expected = 1;
  const rows = database.prepare<[], AuditRow>('SELECT * FROM audit ORDER BY line_id');
  for (const { line_id: lineId, hash, ...line } of rows.iterate()) {
    const content = { lineId, ...line, previous: Buffer.from(previous).toString('base64url') };
    const computed = createHash('sha256')
      .update(canonicalize(content) ?? '')
      .digest();
    if (lineId !== expected || !computed.equals(hash)) findings.brokenLink(`audit line ${lineId}`);
    previous = hash;
    expected = lineId + 1;
  }
}
