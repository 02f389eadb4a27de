import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Books } from '#coordinator/books/Books.ts';
import { announce } from '#coordinator/books/commands/announce.ts';
import type { Queries } from '#coordinator/books/Queries.ts';

/** Milliseconds after which the requester learns why a task waits; shorter waits are not worth a notice. */
const noticeAfterMs = 500;

interface NoticeNeeds {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly books: Books;
  readonly queries: Pick<Queries, 'view'>;
  /** The node that submitted a task; null for none, and once the task is over. */
  readonly requesterOf: (taskId: string) => string | null;
  /** Why a task waits, as a sentence; null when it does not. */
  readonly waitReason: (taskId: string) => string | null;
}

/** Notifies requesters why their tasks wait, once per reason. */
export class WaitNotices {
  readonly #needs: NoticeNeeds;
  /** The last reason sent, by task. */
  readonly #told = new Map<string, string>();
  readonly #pending = new Set<string>();

  constructor(needs: NoticeNeeds) {
    this.#needs = needs;
  }

  /** Schedules a notice for a task that found no node. */
  waits(taskId: string): void {
    if (this.#pending.has(taskId) || this.#needs.requesterOf(taskId) === null) return;
    this.#pending.add(taskId);
    this.#needs.clock.setTimer(noticeAfterMs, () => {
      this.#pending.delete(taskId);
      void this.#tell(taskId);
    });
  }

  /** Forgets a task that is over. */
  forget(taskId: string): void {
    this.#told.delete(taskId);
  }

  async #tell(taskId: string): Promise<void> {
    const { books, queries, clock, logger, waitReason, requesterOf } = this.#needs;
    const reason = waitReason(taskId);
    if (reason === null || this.#told.get(taskId) === reason) return;
    this.#told.set(taskId, reason);
    try {
      const view = await queries.view(taskId);
      const nodeId = requesterOf(taskId);
      // It found a node, or ended, during the read.
      if (view === undefined || nodeId === null || waitReason(taskId) !== reason) {
        this.#told.delete(taskId);
        return;
      }
      await books.run(announce(nodeId, { type: 'task:updated', task: { ...view, reason } }, clock.now()));
    } catch (error) {
      this.#told.delete(taskId);
      logger.error('A requester could not be notified why its task waits', { task_id: taskId, error: String(error) });
    }
  }
}
