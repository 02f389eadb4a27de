import { z } from 'zod';
import { CreditsText } from './credits.ts';
import { AssignmentId, TaskId } from '#shared/domain/ids.ts';

/** Reason for a movement of credits. */
export const EntryCategory = z.enum([
  'grant',
  'hold',
  'settlement',
  'refund',
  'welcome',
  'incentive_funding',
  'release',
  'correction',
]);
export type EntryCategory = z.infer<typeof EntryCategory>;

/** The part of a journal entry that concerns one account. */
export const EntryForAccount = z.object({
  entryId: z.int(),
  at: z.number(),
  category: EntryCategory,
  /** The task; null for grants. */
  taskId: TaskId.nullable(),
  assignmentId: AssignmentId.nullable(),
  /** Signed amounts per own sub-account, in credits. */
  available: CreditsText,
  escrow: CreditsText,
  stake: CreditsText,
  pending: CreditsText,
});
export type EntryForAccount = z.infer<typeof EntryForAccount>;

/** Sub-balances of one account in one swarm, in credits. balance + pending + escrow + stake = granted + earned − spent − withdrawn. */
export const Balances = z.object({
  balance: CreditsText,
  pending: CreditsText,
  escrow: CreditsText,
  stake: CreditsText,
  granted: CreditsText,
  earned: CreditsText,
  spent: CreditsText,
  withdrawn: CreditsText,
});
export type Balances = z.infer<typeof Balances>;
