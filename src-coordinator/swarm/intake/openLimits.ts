import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Share } from './AccountShares.ts';

/**
 * What waits and runs is kept in memory with its text, for up to a day, and tasks for one's own nodes cost nothing: so much
 * one coordinator keeps, and so much one account may have of it, which is 128 tasks of the largest size.
 */
export const openLimits = {
  account: { tasks: 1000, bytes: 32 * 1024 * 1024 },
  all: { tasks: 200_000, bytes: 1024 * 1024 * 1024 },
} as const;

/** Throws `too_many_tasks` or `overloaded` when one more task with a text of `bytes` would be too much. Pure. */
export function checkOpenLimits(of: { readonly account: Share; readonly all: Share }, bytes: number): void {
  if (exceeded(of.all, openLimits.all, bytes) !== null) {
    throw new SwarmError('overloaded', 'Too many tasks are waiting. Try again in a minute.');
  }
  const unit = exceeded(of.account, openLimits.account, bytes);
  if (unit === null) return;
  const limit = openLimits.account[unit];
  const what = unit === 'tasks' ? `${limit} open tasks` : `open tasks with texts of ${limit} bytes in all`;
  throw new SwarmError('too_many_tasks', `An account may have ${what}. Wait until some are done, or cancel some.`, {
    details: { limit, unit },
  });
}

function exceeded(share: Share, limit: Share, bytes: number): 'tasks' | 'bytes' | null {
  if (share.tasks >= limit.tasks) return 'tasks';
  return share.bytes + bytes > limit.bytes ? 'bytes' : null;
}
