import { z } from 'zod';

/** One node's part in a task. A resumption is a new assignment (rules 4.10). */
export const AssignmentStatus = z.enum([
  'offered',
  'declined',
  'lapsed',
  'running',
  'delivered',
  'accepted',
  'rejected',
  'handed_over',
  'superseded',
  'cancelled',
  'lost',
]);
export type AssignmentStatus = z.infer<typeof AssignmentStatus>;

/** The purpose of an assignment; stored, never sent. */
export const AssignmentKind = z.enum(['work', 'verify', 'review', 'ringer']);
export type AssignmentKind = z.infer<typeof AssignmentKind>;

/**
 * How a segment ended: at the model's end token (`eog`), at the limit, at a stop text, because the node yielded to its
 * owner (`yielded`), or because the requester cancelled.
 */
export const Finish = z.enum(['eog', 'length', 'stop', 'yielded', 'cancelled']);
export type Finish = z.infer<typeof Finish>;

export type AssignmentEvent =
  | 'decline'
  | 'lapse'
  | 'start'
  | 'deliver'
  | 'accept'
  | 'reject'
  | 'hand_over'
  | 'supersede'
  | 'cancel'
  | 'lose';

const assignmentMoves: Readonly<Record<AssignmentStatus, Partial<Record<AssignmentEvent, AssignmentStatus>>>> = {
  offered: { decline: 'declined', lapse: 'lapsed', start: 'running', cancel: 'cancelled' },
  running: {
    deliver: 'delivered',
    hand_over: 'handed_over',
    supersede: 'superseded',
    cancel: 'cancelled',
    lose: 'lost',
    reject: 'rejected',
  },
  delivered: { accept: 'accepted', reject: 'rejected' },
  declined: {},
  lapsed: {},
  accepted: {},
  rejected: {},
  handed_over: {},
  superseded: {},
  cancelled: {},
  lost: {},
};

/** The next status, or `undefined` when the event does not apply; terminal states absorb everything. */
export function moveAssignment(status: AssignmentStatus, event: AssignmentEvent): AssignmentStatus | undefined {
  return assignmentMoves[status][event];
}

/** True for terminal states. */
export function isAssignmentOver(status: AssignmentStatus): boolean {
  return Object.keys(assignmentMoves[status]).length === 0;
}

/** A task's bill. */
export const BillStatus = z.enum(['held', 'settled', 'refunded']);
export type BillStatus = z.infer<typeof BillStatus>;

/** An assignment's reward; `null` where none is owed. */
export const RewardStatus = z.enum(['pending', 'released', 'slashed']);
export type RewardStatus = z.infer<typeof RewardStatus>;

/** Limits on a task's retries (rules 4.12): three failures or eight assignments end it. */
export const retryLimits = { failures: 3, assignments: 8 } as const;
