import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Findings } from './Findings.ts';

/** A leg joined with its entry, as stored; the leg's columns are null for an entry without legs. */
export interface JournalRow {
  readonly entry_id: bigint;
  readonly chain: bigint;
  readonly at: number;
  readonly category: string;
  readonly reference: string;
  readonly task_id: string | null;
  readonly entry_node: string | null;
  readonly price_version: bigint | null;
  readonly hash: Uint8Array;
  readonly owner: string | null;
  readonly part: string | null;
  readonly amount: bigint | null;
  readonly assignment_id: string | null;
  readonly leg_node: string | null;
  readonly counts: string | null;
}

/** All legs of the journal with their entries, in order. */
export const journalQuery = `
  SELECT entry_id, chain, at, category, reference, task_id, entries.node_id AS entry_node, price_version, hash,
    owner, part, amount, assignment_id, legs.node_id AS leg_node, counts
  FROM entries LEFT JOIN legs USING (entry_id) ORDER BY entry_id, leg`;

/** The money of one task according to the journal alone. */
export interface TaskMoney {
  escrow: bigint;
  spent: bigint;
  /** Number of entries that took money out of the task's escrow; at most one is valid. */
  endings: number;
}

/** Adds up the journal entry by entry, and checks each hash link and each sum. */
export class JournalFold {
  readonly accounts = new Map<string, bigint>();
  /** Totals by `<account>:<granted|earned|spent|withdrawn>`. */
  readonly totals = new Map<string, bigint>();
  readonly tasks = new Map<string, TaskMoney>();
  /** Rewards by assignment, with the number of entries that paid each. */
  readonly rewards = new Map<string, { amount: bigint; payments: number }>();
  entries = 0;
  readonly #findings: Findings;
  #previous: Uint8Array = new Uint8Array(32);
  #expectedId = 1n;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** Adds the next entry; `rows` contains all its legs. */
  addEntry(rows: readonly JournalRow[]): void {
    const [entry] = rows;
    if (entry === undefined) return;
    const legs = rows.flatMap((row) => (row.amount === null ? [] : [legOf(row, row.amount)]));
    this.entries += 1;
    this.#checkLink(entry, legs);
    const sum = legs.reduce((total, leg) => total + leg.amount, 0n);
    if (sum !== 0n) this.#findings.note(`entry ${entry.entry_id} sums to ${sum}`);
    for (const leg of legs) this.#addLeg(leg);
    this.#checkNegative(entry, legs);
    this.#addTask(entry, legs);
    for (const assignment of new Set(legs.flatMap((leg) => (leg.counts === 'earned' ? [leg.assignment] : [])))) {
      const reward = this.rewards.get(assignment ?? '');
      if (reward !== undefined) reward.payments += 1;
    }
  }

  #checkLink(entry: JournalRow, legs: readonly FoldedLeg[]): void {
    const hash = createHash('sha256')
      .update(
        canonicalize({
          at: entry.at,
          category: entry.category,
          chain: Number(entry.chain),
          entryId: Number(entry.entry_id),
          legs: legs.map(({ account, amount, assignment, counts, node }) => {
            return { account, amount: amount.toString(), assignmentId: assignment, counts, nodeId: node };
          }),
          nodeId: entry.entry_node,
          previous: Buffer.from(this.#previous).toString('base64url'),
          priceVersion: entry.price_version === null ? null : Number(entry.price_version),
          reference: entry.reference,
          taskId: entry.task_id,
        }) ?? '',
      )
      .digest();
    const isNext = entry.entry_id === this.#expectedId;
    if (!isNext || !hash.equals(entry.hash)) this.#findings.brokenLink(`entry ${entry.entry_id}`);
    // Continues from the stored hash, so that one altered entry counts as one broken link.
    this.#previous = entry.hash;
    this.#expectedId = entry.entry_id + 1n;
  }

  #checkNegative(entry: JournalRow, legs: readonly FoldedLeg[]): void {
    for (const account of new Set(legs.map((leg) => leg.account))) {
      if (account !== 'issuance' && (this.accounts.get(account) ?? 0n) < 0n) {
        this.#findings.note(`${account} was negative after entry ${entry.entry_id}`);
      }
    }
  }

  #addLeg(leg: FoldedLeg): void {
    this.accounts.set(leg.account, (this.accounts.get(leg.account) ?? 0n) + leg.amount);
    if (leg.counts === null) return;
    const total = `${leg.owner}:${leg.counts}`;
    const sign = leg.counts === 'spent' || leg.counts === 'withdrawn' ? -1n : 1n;
    this.totals.set(total, (this.totals.get(total) ?? 0n) + sign * leg.amount);
    if (leg.counts !== 'earned') return;
    const reward = this.rewards.get(leg.assignment ?? '') ?? { amount: 0n, payments: 0 };
    reward.amount += leg.amount;
    this.rewards.set(leg.assignment ?? '', reward);
  }

  #addTask(entry: JournalRow, legs: readonly FoldedLeg[]): void {
    if (entry.task_id === null) return;
    const money = this.tasks.get(entry.task_id) ?? { escrow: 0n, spent: 0n, endings: 0 };
    const escrow = legs.filter((leg) => leg.part === 'escrow');
    money.escrow += escrow.reduce((sum, leg) => sum + leg.amount, 0n);
    money.spent -= escrow.reduce((sum, leg) => sum + (leg.counts === 'spent' ? leg.amount : 0n), 0n);
    if (escrow.some((leg) => leg.amount < 0n)) money.endings += 1;
    this.tasks.set(entry.task_id, money);
  }
}

interface FoldedLeg {
  readonly account: string;
  readonly owner: string;
  readonly part: string;
  readonly amount: bigint;
  readonly assignment: string | null;
  readonly node: string | null;
  readonly counts: string | null;
}

function legOf(row: JournalRow, amount: bigint): FoldedLeg {
  const owner = row.owner ?? '';
  const part = row.part ?? '';
  return {
    account: part === '' ? owner : `user:${owner}:${part}`,
    owner,
    part,
    amount,
    assignment: row.assignment_id,
    node: row.leg_node,
    counts: row.counts,
  };
}
