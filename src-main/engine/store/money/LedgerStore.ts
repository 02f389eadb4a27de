import type { EntryCategory, EntryForAccount } from '#shared/domain/money/accountBook.ts';
import { formatCredits, parseCredits } from '#shared/domain/money/credits.ts';
import type { LedgerRow } from '#shared/api/history.ts';
import { toFlag } from '#engine/store/sqlValues.ts';
import type { Db } from '#engine/store/storeContract.ts';

interface EntryRow {
  entry_id: number;
  at: number;
  category: EntryCategory;
  task_id: string | null;
  assignment_id: string | null;
  available: string;
  escrow: string;
  stake: string;
  pending: string;
  receipt_valid: number;
  has_receipt: number;
}

const columns = `entry_id, at, category, task_id, assignment_id, CAST(available AS TEXT) AS available,
  CAST(escrow AS TEXT) AS escrow, CAST(stake AS TEXT) AS stake, CAST(pending AS TEXT) AS pending,
  receipt_valid, receipt IS NOT NULL AS has_receipt`;

/** Totals per sub-account in micro-credits, and counts of entries. */
export interface LedgerSums {
  readonly available: bigint;
  readonly escrow: bigint;
  readonly stake: bigint;
  readonly pending: bigint;
  readonly entries: number;
  readonly invalidReceipts: number;
}

/** The earning or cost of a task by this node's own records, and its ledger total, both in micro-credits. */
export interface TaskSums {
  readonly expected: bigint;
  readonly actual: bigint;
}

interface SumsRow {
  earned: string;
  spent: string;
  actual: string;
  judged: number;
}

/** Columns for the row `task` of a query with the parameter `@swarmId`. */
const sumsOfTask = `
  CAST(coalesce((SELECT sum(credits) FROM assignments
    WHERE swarm_id = @swarmId AND task_id = task.task_id), 0) AS TEXT) AS earned,
  CAST(coalesce((SELECT credits FROM own_tasks
    WHERE swarm_id = @swarmId AND task_id = task.task_id AND over = 1), 0) AS TEXT) AS spent,
  CAST(coalesce((SELECT sum(available + escrow + stake + pending) FROM ledger
    WHERE swarm_id = @swarmId AND task_id = task.task_id), 0) AS TEXT) AS actual,
  EXISTS (SELECT 1 FROM own_tasks WHERE swarm_id = @swarmId AND task_id = task.task_id)
    OR EXISTS (SELECT 1 FROM assignments WHERE swarm_id = @swarmId AND task_id = task.task_id AND own = 0) AS judged`;

/** The account's ledger entries as sent by the coordinator, each with the result of checking its receipt. */
export class LedgerStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** Adds an entry. An existing one is not changed, except that a missing receipt is added. */
  add(swarmId: string, entry: EntryForAccount, receipt: { text: string | null; valid: boolean }): void {
    this.#db
      .prepare(
        `INSERT INTO ledger (swarm_id, entry_id, at, category, task_id, assignment_id, available, escrow, stake,
           pending, receipt, receipt_valid) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (swarm_id, entry_id) DO UPDATE SET receipt = excluded.receipt,
           receipt_valid = excluded.receipt_valid WHERE ledger.receipt IS NULL AND excluded.receipt IS NOT NULL`,
      )
      .run(
        swarmId,
        entry.entryId,
        Math.round(entry.at),
        entry.category,
        entry.taskId,
        entry.assignmentId,
        ...[entry.available, entry.escrow, entry.stake, entry.pending].map(parseCredits),
        receipt.text,
        toFlag(receipt.valid),
      );
  }

  /** Id of the latest entry; 0 when there is none. */
  last(swarmId: string): number {
    return (
      this.#db
        .prepare<[string], { last: number | null }>('SELECT max(entry_id) AS last FROM ledger WHERE swarm_id = ?')
        .get(swarmId)?.last ?? 0
    );
  }

  /** A page of entries, newest first, each with the account's total over all sub-accounts after it. */
  list(swarmId: string, page: { limit: number; offset: number }): { rows: LedgerRow[]; total: number } {
    const sums = this.sums(swarmId);
    // Computed backwards from the present total, because an entry that arrives late would change every later balance.
    let running = sums.available + sums.escrow + sums.stake + sums.pending - this.#newest(swarmId, page.offset);
    const rows = this.#db
      .prepare<[string, number, number], EntryRow>(
        `SELECT ${columns} FROM ledger WHERE swarm_id = ? ORDER BY entry_id DESC LIMIT ? OFFSET ?`,
      )
      .all(swarmId, page.limit, page.offset)
      .map((row) => {
        const runningBalance = formatCredits(running);
        running -= BigInt(row.available) + BigInt(row.escrow) + BigInt(row.stake) + BigInt(row.pending);
        return { ...toEntry(row), runningBalance, receiptValid: row.receipt_valid === 1 };
      });
    return { rows, total: sums.entries };
  }

  /** The entries of a task. `receiptValid` is null when another node of the account has the receipt. */
  ofTask(swarmId: string, taskId: string): { entry: EntryForAccount; receiptValid: boolean | null }[] {
    return this.#db
      .prepare<[string, string], EntryRow>(
        `SELECT ${columns} FROM ledger WHERE swarm_id = ? AND task_id = ? ORDER BY entry_id`,
      )
      .all(swarmId, taskId)
      .map((row) => ({ entry: toEntry(row), receiptValid: row.has_receipt === 1 ? row.receipt_valid === 1 : null }));
  }

  /** Totals of all entries. */
  sums(swarmId: string): LedgerSums {
    const row = this.#db
      .prepare<
        [string],
        Record<'available' | 'escrow' | 'stake' | 'pending', string> & { entries: number; invalid_receipts: number }
      >(
        `SELECT CAST(available AS TEXT) AS available, CAST(escrow AS TEXT) AS escrow, CAST(stake AS TEXT) AS stake,
           CAST(pending AS TEXT) AS pending, entries, invalid_receipts FROM ledger_sums WHERE swarm_id = ?`,
      )
      .get(swarmId);
    return {
      available: BigInt(row?.available ?? '0'),
      escrow: BigInt(row?.escrow ?? '0'),
      stake: BigInt(row?.stake ?? '0'),
      pending: BigInt(row?.pending ?? '0'),
      entries: row?.entries ?? 0,
      invalidReceipts: row?.invalid_receipts ?? 0,
    };
  }

  /**
   * Compares this node's records of a task (earned by its assignments, minus the cost if it was an own task) with the
   * sum of its ledger entries. Null for tasks that another node of the account submitted, whose cost is unknown here.
   */
  taskSums(swarmId: string, taskId: string): TaskSums | null {
    const row = this.#db
      .prepare<{ swarmId: string; taskId: string }, SumsRow>(
        `SELECT ${sumsOfTask} FROM (SELECT @taskId AS task_id) task`,
      )
      .get({ swarmId, taskId });
    return row === undefined || row.judged === 0 ? null : toTaskSums(row);
  }

  /** The same for every task with ledger entries. */
  allTaskSums(swarmId: string): (TaskSums & { readonly taskId: string })[] {
    return this.#db
      .prepare<{ swarmId: string }, SumsRow & { task_id: string }>(
        `SELECT task_id, ${sumsOfTask}
         FROM (SELECT DISTINCT task_id FROM ledger WHERE swarm_id = @swarmId AND task_id IS NOT NULL) task`,
      )
      .all({ swarmId })
      .filter(({ judged }) => judged === 1)
      .map((row) => ({ taskId: row.task_id, ...toTaskSums(row) }));
  }

  forget(swarmId: string): void {
    this.#db.prepare('DELETE FROM ledger WHERE swarm_id = ?').run(swarmId);
  }

  /** Total change by the `count` newest entries, in micro-credits. */
  #newest(swarmId: string, count: number): bigint {
    const row = this.#db
      .prepare<[string, number], { change: string }>(
        `SELECT CAST(coalesce(sum(available + escrow + stake + pending), 0) AS TEXT) AS change FROM (
           SELECT available, escrow, stake, pending FROM ledger WHERE swarm_id = ? ORDER BY entry_id DESC LIMIT ?)`,
      )
      .get(swarmId, count);
    return BigInt(row?.change ?? '0');
  }
}

function credits(micro: string): string {
  return formatCredits(BigInt(micro));
}

function toEntry(row: EntryRow): EntryForAccount {
  return {
    entryId: row.entry_id,
    at: row.at,
    category: row.category,
    taskId: row.task_id,
    assignmentId: row.assignment_id,
    available: credits(row.available),
    escrow: credits(row.escrow),
    stake: credits(row.stake),
    pending: credits(row.pending),
  };
}

function toTaskSums(row: SumsRow): TaskSums {
  return { expected: BigInt(row.earned) - BigInt(row.spent), actual: BigInt(row.actual) };
}
