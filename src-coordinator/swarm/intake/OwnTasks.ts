import { SwarmError } from '#shared/domain/errorCodes.ts';
import { isTaskOver } from '#shared/domain/tasks/task.ts';
import type { TaskFrame, TaskView } from '#shared/domain/tasks/taskView.ts';
import type { FollowReply, TaskFollow } from '#shared/protocol/requesting.ts';
import type { z } from 'zod';
import type { Books } from '#coordinator/books/Books.ts';
import { forgetText } from '#coordinator/books/commands/forgetText.ts';
import type { Queries } from '#coordinator/books/Queries.ts';
import type { TaskRecord } from '#coordinator/books/records.ts';
import type { TaskEndings } from '#coordinator/swarm/tasks/TaskEndings.ts';
import type { TaskLife } from '#coordinator/swarm/tasks/life/TaskLife.ts';

type View = z.infer<typeof TaskView>;

/** Registers somebody who watches an answer arrive; frames are sent from the position on that `begin` names. */
export interface FollowedFrames {
  begin(position: { readonly attempt: number; readonly upTo: number }): void;
  stop(): void;
}

export interface OwnTasksNeeds {
  readonly books: Books;
  readonly queries: Pick<Queries, 'task' | 'view' | 'answer' | 'answerFrom'>;
  readonly life: TaskLife;
  readonly endings: Pick<TaskEndings, 'cancel'>;
  /** Why a task waits, as a sentence; null when it does not. */
  readonly waitReason: (taskId: string) => string | null;
}

/** What a follower gets at once, and how it stops. */
export interface Followed {
  readonly reply: z.infer<typeof FollowReply>;
  /** Lets the frames flow that come after the reply. */
  readonly begin: () => void;
  readonly stop: () => void;
}

/** What requesters do with their own tasks; the tasks of everybody else do not exist for them. */
export class OwnTasks {
  readonly #needs: OwnTasksNeeds;

  constructor(needs: OwnTasksNeeds) {
    this.#needs = needs;
  }

  /** The view of a task, with the reason if it waits. Throws `not_found`, also for tasks of other accounts. */
  async view(accountId: string, taskId: string): Promise<View> {
    await this.#own(accountId, taskId);
    const view = await this.#needs.queries.view(taskId);
    if (view === undefined) throw new SwarmError('not_found', undefined, { field: 'taskId' });
    const reason = this.#needs.waitReason(taskId);
    return reason === null ? view : { ...view, reason };
  }

  /** Ends an own task; one that is over stays as it is. */
  async cancel(accountId: string, taskId: string): Promise<View> {
    const { life, endings } = this.#needs;
    await this.#own(accountId, taskId);
    if (life.get(taskId) !== undefined) {
      await life.inTurn(taskId, async () => {
        const task = life.get(taskId);
        if (task !== undefined) await endings.cancel(task);
      });
    }
    return this.view(accountId, taskId);
  }

  /** The answer from a position on; `frames` gets what comes after it. */
  async follow(accountId: string, where: z.output<typeof TaskFollow>, frames: FollowedFrames): Promise<Followed> {
    const { taskId } = where;
    try {
      const record = await this.#own(accountId, taskId);
      const isSameAttempt = where.attempt === record.attempt;
      const piece = await this.#needs.queries.answerFrom(taskId, record.attempt, isSameAttempt ? where.from : 0);
      const frame: TaskFrame | null = piece.tokens > 0 || !isSameAttempt ? { taskId, ...piece } : null;
      const position = { attempt: piece.attempt, upTo: piece.from + piece.tokens };
      const reply = { task: await this.view(accountId, taskId), frame };
      if (isTaskOver(record.status)) frames.stop();
      return { reply, begin: () => frames.begin(position), stop: () => frames.stop() };
    } catch (error) {
      frames.stop();
      throw error;
    }
  }

  /** The whole text of an own task, as long as it is kept. */
  async text(accountId: string, taskId: string): Promise<{ text: string; attempt: number }> {
    await this.#own(accountId, taskId);
    const { text, attempt } = await this.#needs.queries.answer(taskId);
    return { text, attempt };
  }

  /** Deletes the texts of an own task that is over. */
  async forget(accountId: string, taskId: string): Promise<void> {
    const record = await this.#own(accountId, taskId);
    if (!isTaskOver(record.status)) throw new SwarmError('conflict', 'The task is not over yet.');
    await this.#needs.books.run(forgetText(taskId));
  }

  async #own(accountId: string, taskId: string): Promise<TaskRecord> {
    const task = await this.#needs.queries.task(taskId);
    if (task === undefined || task.accountId !== accountId) {
      throw new SwarmError('not_found', 'There is no such task.', { field: 'taskId' });
    }
    return task;
  }
}
