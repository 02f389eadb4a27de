import type { Submission } from '#shared/domain/tasks/task.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Queries } from '#coordinator/books/Queries.ts';
import type { TaskRecord } from '#coordinator/books/records.ts';
import { createLiveTask } from './life/LiveTask.ts';
import { longestBlockedMs, type RecoveryNeeds, recoverTasks } from './recoverTasks.ts';
import type { TaskLife } from './life/TaskLife.ts';

export interface TaskBirthNeeds extends RecoveryNeeds {
  readonly clock: Clock;
  readonly queries: Pick<Queries, 'task'> & RecoveryNeeds['queries'];
  readonly life: TaskLife;
}

/** Brings tasks to life: new ones, those of before a restart, and children whose parents completed. */
export class TaskBirths {
  readonly #needs: TaskBirthNeeds;

  constructor(needs: TaskBirthNeeds) {
    this.#needs = needs;
  }

  /** Takes in a task that was stored a moment ago. */
  begin(record: TaskRecord, submission: Submission): void {
    const acceptedAt = this.#needs.clock.monotonic();
    const wait = record.status === 'blocked' ? longestBlockedMs : submission.deadlineMs;
    this.#needs.life.adopt(createLiveTask(record, submission, { acceptedAt, deadline: acceptedAt + wait }));
  }

  /** Takes up everything that was not over when the coordinator stopped. */
  async recover(): Promise<void> {
    for (const task of await recoverTasks(this.#needs)) this.#needs.life.adopt(task);
  }

  /** The last parent of a task completed. */
  async unblock(taskId: string): Promise<void> {
    const { life, queries, clock } = this.#needs;
    const record = await queries.task(taskId);
    const task = life.get(taskId);
    if (record?.status !== 'queued' || task?.record.status !== 'blocked') return;
    life.send(taskId, { type: 'unblocked', record, deadline: clock.monotonic() + task.submission.deadlineMs });
  }
}
