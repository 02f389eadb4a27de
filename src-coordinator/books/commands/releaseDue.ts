import type { Command } from '#coordinator/books/Books.ts';
import { user } from '#coordinator/books/money/accountNames.ts';
import type { StoredAssignment } from '#coordinator/books/records.ts';
import type { Tables } from '#coordinator/books/Tables.ts';
import { tellEntries } from '#coordinator/books/events/tell.ts';

/** Moves a batch of rewards whose delay is over from `pending` to `available`, with one entry per account. Returns their number; 0 when none is left. */
export function releaseDue(now: number): Command<number> {
  const key = String(now);
  return {
    kind: 'releaseDue',
    input: now,
    rows: { dueRewards: [key], heads: ['journal'] },
    rule: (tables) => {
      const due = tables.rows.dueRewards.get(key) ?? [];
      tables.need({ assignments: due.map(({ taskId }) => taskId) });
      const pending = due.flatMap(({ taskId, assignmentId }) => {
        const found = tables.assignments.ofTask(taskId).find((each) => each.assignmentId === assignmentId);
        return found?.settled?.status === 'pending' ? [found] : [];
      });
      const accounts = Map.groupBy(pending, (reward) => reward.accountId);
      tables.need({ userBalances: [...accounts.keys()] });
      for (const [accountId, rewards] of accounts) release(tables, accountId, rewards, now);
      return pending.length;
    },
  };
}

function release(tables: Tables, accountId: string, rewards: readonly StoredAssignment[], now: number): void {
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
  for (const { taskId, assignmentId } of rewards) tables.assignments.released(taskId, assignmentId);
  tellEntries(tables, posted, rewards);
}
