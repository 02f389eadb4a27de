import { z } from 'zod';
import { TaskId } from '#shared/domain/ids.ts';
import { Balances, EntryForAccount } from '#shared/domain/money/accountBook.ts';
import { TaskView } from '#shared/domain/tasks/taskView.ts';
import { SwarmEvent } from '#shared/protocol/events.ts';

/** A task that is over: its answer is added when the event is read, if it is still stored. */
const TextPointer = z.object({
  type: z.literal('text-of'),
  taskId: TaskId,
  /** The view of the task; built from its rows when absent. */
  task: TaskView.optional(),
});
/** An entry on the account of the node: its receipt is added when the event is read. */
const ReceiptPointer = z.object({
  type: z.literal('receipt-of'),
  entry: EntryForAccount,
  balances: Balances,
  entryHash: z.string(),
  place: z.object({ commit: z.int(), leaf: z.int() }),
});

/** An event as it is stored: texts and receipts are not stored twice. */
export const EventBody = z.union([z.discriminatedUnion('type', [TextPointer, ReceiptPointer]), SwarmEvent]);
export type EventBody = z.output<typeof EventBody>;
