import type { Command } from '#coordinator/books/Books.ts';
import { user } from '#coordinator/books/money/accountNames.ts';
import type { PendingReward } from '#coordinator/storage/sqlite/AssignmentTable.ts';
import type { Tables } from '#coordinator/storage/sqlite/Tables.ts';
import { tellEntries } from './tell.ts';

/** Rewards released in one command, so that it never holds up other work for long. */
const batch = 500;

/** Moves some rewards whose delay is over from `pending` to `available`, one entry per account. Gives how many: 0 when none is left. */
export function releaseDue(now: number): Command<number> {
  return { kind: 'releaseDue', input: now, rule: (tables) => releaseSome(tables, now) };
}

function releaseSome(tables: Tables, now: number): number {
  const due = tables.assignments.dueRewards(now, batch);
  for (const [accountId, rewards] of Map.groupBy(due, (reward) => reward.accountId)) {
    release(tables, accountId, rewards, now);
  }
  return due.length;
}

function release(tables: Tables, accountId: string, rewards: readonly PendingReward[], now: number): void {
  const [first] = rewards;
  if (first === undefined) return;
  const sum = rewards.reduce((total, { reward }) => total + reward, 0n);
  const posted = tables.journal.post({
    at: now,
    category: 'release',
    // An assignment is released once, so the first one names the entry.
    reference: `release:${first.assignmentId}`,
    taskId: null,
    nodeId: null,
    priceVersion: null,
    legs: [
      ...rewards.map(({ assignmentId, nodeId, reward }) => ({
        account: user(accountId, 'pending'),
        amount: -reward,
        assignmentId,
        nodeId,
      })),
      { account: user(accountId, 'available'), amount: sum },
    ],
  });
  for (const { assignmentId } of rewards) tables.assignments.released(assignmentId);
  tellEntries(tables, posted, rewards);
}
