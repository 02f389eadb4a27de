import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { LiveTask } from '#coordinator/swarm/tasks/LiveTask.ts';
import type { CoordinatorStore } from '#coordinator/books/CoordinatorStore.ts';

/** A task that waits longer than this says why; shorter waits are nobody's concern. */
const noticeAfterMs = 500;

interface NoticeNeeds {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: Pick<CoordinatorStore, 'view' | 'announce'>;
}

/** Tells requesters why their tasks wait, once per reason. */
export class WaitNotices {
  readonly #needs: NoticeNeeds;
  /** What each waiting task was told last. */
  readonly #told = new WeakMap<LiveTask, string>();
  readonly #pending = new WeakSet<LiveTask>();

  constructor(needs: NoticeNeeds) {
    this.#needs = needs;
  }

  /** A task found no node. */
  waits(task: LiveTask): void {
    if (task.record.requesterNodeId === null || this.#pending.has(task)) return;
    this.#pending.add(task);
    this.#needs.clock.setTimer(noticeAfterMs, () => {
      this.#pending.delete(task);
      void this.#tell(task);
    });
  }

  async #tell(task: LiveTask): Promise<void> {
    const { store, clock, logger } = this.#needs;
    const { taskId, requesterNodeId } = task.record;
    const reason = task.waitReason;
    if (task.phase !== 'waiting' || reason === null || requesterNodeId === null || this.#told.get(task) === reason)
      return;
    this.#told.set(task, reason);
    try {
      const view = store.view(taskId);
      if (view === undefined) return;
      await store.announce(requesterNodeId, { type: 'task:updated', task: { ...view, reason } }, clock.now());
    } catch (error) {
      logger.error('A requester could not be told why its task waits', { task_id: taskId, error: String(error) });
    }
  }
}
