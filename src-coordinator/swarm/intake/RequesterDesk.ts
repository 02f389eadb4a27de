import { SwarmError } from '#shared/domain/errorCodes.ts';
import { isTaskOver } from '#shared/domain/tasks/task.ts';
import type { TaskView } from '#shared/domain/tasks/taskView.ts';
import type { FollowReply, TaskFollow } from '#shared/protocol/requesting.ts';
import type { z } from 'zod';
import { inTurn, type LiveTask } from '#coordinator/swarm/tasks/LiveTask.ts';
import type { OpenTasks } from '#coordinator/swarm/tasks/OpenTasks.ts';
import type { FrameListener, FrameRelay } from '#coordinator/gateway/delivery/FrameRelay.ts';
import type { CoordinatorStore } from '#coordinator/books/CoordinatorStore.ts';
import type { TaskRecord } from '#coordinator/books/records.ts';

type View = z.infer<typeof TaskView>;

export interface RequesterDeskNeeds {
  readonly store: Pick<CoordinatorStore, 'task' | 'view' | 'answer' | 'answerFrom' | 'forgetText'>;
  readonly open: OpenTasks;
  readonly relay: FrameRelay;
  /** Ends a task in its turn. */
  readonly cancel: (task: LiveTask) => Promise<void>;
}

/** What requesters ask about their own tasks; everybody else's are not there for them. */
export class RequesterDesk {
  readonly #needs: RequesterDeskNeeds;

  constructor(needs: RequesterDeskNeeds) {
    this.#needs = needs;
  }

  /** Throws `not_found`, also for tasks of others. */
  own(accountId: string, taskId: string): TaskRecord {
    const task = this.#needs.store.task(taskId);
    if (task === undefined || task.accountId !== accountId) {
      throw new SwarmError('not_found', 'There is no such task.', { field: 'taskId' });
    }
    return task;
  }

  /** The task for people; a task that waits says why. */
  view(accountId: string, taskId: string): View {
    this.own(accountId, taskId);
    const view = this.#needs.store.view(taskId);
    if (view === undefined) throw new SwarmError('not_found', undefined, { field: 'taskId' });
    const live = this.#needs.open.get(taskId);
    if (live === undefined || live.phase === 'running' || live.waitReason === null) return view;
    return { ...view, reason: live.waitReason };
  }

  /** Ends an own task; one that is over stays as it is. */
  async cancel(accountId: string, taskId: string): Promise<View> {
    this.own(accountId, taskId);
    const live = this.#needs.open.get(taskId);
    if (live !== undefined) {
      await inTurn(live, async () => {
        if (live.phase !== 'over') await this.#needs.cancel(live);
      });
    }
    return this.view(accountId, taskId);
  }

  /** The answer from a position on; later frames go to the listener. */
  follow(
    accountId: string,
    where: z.output<typeof TaskFollow>,
    listener: FrameListener,
  ): { reply: z.infer<typeof FollowReply>; stop: () => void } {
    const record = this.own(accountId, where.taskId);
    const { taskId } = where;
    const from = where.attempt === record.attempt ? where.from : 0;
    const piece = this.#needs.store.answerFrom(taskId, record.attempt, from);
    const frame = piece.tokens > 0 || where.attempt !== record.attempt ? { taskId, ...piece } : null;
    const stop = isTaskOver(record.status)
      ? () => undefined
      : this.#needs.relay.watch(taskId, listener, { attempt: record.attempt, upTo: piece.from + piece.tokens });
    return { reply: { task: this.view(accountId, taskId), frame }, stop };
  }

  /** The whole text of an own task, as long as it is kept. */
  text(accountId: string, taskId: string): { text: string; attempt: number } {
    this.own(accountId, taskId);
    const { text, attempt } = this.#needs.store.answer(taskId);
    return { text, attempt };
  }

  /** Deletes the texts of an own task that is over. */
  async forget(accountId: string, taskId: string): Promise<void> {
    const record = this.own(accountId, taskId);
    if (!isTaskOver(record.status)) throw new SwarmError('conflict', 'The task is not over yet.');
    await this.#needs.store.forgetText(taskId);
  }
}
