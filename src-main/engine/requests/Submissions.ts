import { ulid } from 'ulid';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { type Submission, promptBytes } from '#shared/domain/tasks/task.ts';
import type { Quote, TaskFrame, TaskView } from '#shared/domain/tasks/taskView.ts';
import type { Timer } from '#shared/util/clock.ts';
import type { Random } from '#shared/util/random.ts';
import type { OwnTaskRecord } from '#engine/store/tasks/OwnTaskStore.ts';
import { previewOf } from '#engine/store/tasks/TaskQueries.ts';
import { checkSize } from './checkSize.ts';
import { OpenTasks, type OpenTask } from './OpenTasks.ts';
import { SubmitCallers } from './SubmitCallers.ts';
import { TaskSync, type TaskSyncOptions } from './TaskSync.ts';
import { wireToError } from './wireToError.ts';

export interface SubmissionsOptions extends TaskSyncOptions {
  readonly random: Random;
  /** Tries to connect now instead of at the next planned time. */
  readonly reconnect: () => void;
}

/** Maximum number of ids to try when one is already taken. */
const mostIds = 3;

/** Milliseconds that a submission without a connection waits for one; a coordinator restarts in less. */
export const connectWithinMs = 30_000;

const noConnection = 'There was no connection to the coordinator within 30 s. The task was not sent.';

/** The owner's own tasks, from the submission to the stored answer. */
export class Submissions {
  readonly #options: SubmissionsOptions;
  readonly #open: OpenTasks;
  readonly #callers = new SubmitCallers();
  readonly #sync: TaskSync;
  /** Timers that end the wait for a connection. */
  readonly #limits = new Set<Timer>();

  constructor(options: SubmissionsOptions) {
    this.#options = options;
    this.#open = new OpenTasks(options.store.ownTasks);
    this.#sync = new TaskSync(options, this.#open, this.#callers);
  }

  /** Own tasks that have not ended, oldest first. */
  get open(): readonly OpenTask[] {
    return this.#open.list();
  }

  /** Switches to another swarm, or to none (null). */
  load(swarmId: string | null): void {
    this.#callers.rejectAll();
    this.#open.load(swarmId);
    this.#options.onChange();
  }

  /** Cancels all timers; the next start resumes unfinished tasks. */
  stop(): void {
    this.#sync.stop();
    for (const limit of this.#limits) limit.cancel();
    this.#limits.clear();
  }

  async quote(submission: Submission): Promise<Quote> {
    this.#swarm();
    const { messages: _messages, context: _context, ...rest } = submission;
    const answer = await this.#options.ask('task:quote', { submission: rest, promptBytes: promptBytes(submission) });
    if (!answer.ok) throw wireToError(answer.error);
    return answer.payload;
  }

  /**
   * Stores a task and sends it. Resolves with its id when the coordinator has stored it; without a connection `detach` resolves
   * as soon as it is stored, and the next connect sends it. A refused task leaves nothing behind. Rejects with a SwarmError:
   * `not_connected` after 30 s without a connection, or the coordinator's refusal.
   */
  async submit(submission: Submission, { detach }: { detach: boolean }): Promise<string> {
    const swarmId = this.#swarm();
    checkSize(submission);
    for (let attempt = 1; ; attempt += 1) {
      const taskId = await this.#keep(swarmId, submission);
      try {
        const sending = this.#sync.send(swarmId, taskId, submission);
        if (detach && !this.#options.connected()) this.#sync.inBackground(sending);
        else await this.#untilHeld(swarmId, taskId, sending);
        return taskId;
      } catch (error) {
        const taken = error instanceof SwarmError && error.code === 'task_id_taken' && attempt < mostIds;
        if (!taken) throw error;
      }
    }
  }

  /** Cancels a task; without a connection the cancellation is stored and sent at the next connect. Rejects with a SwarmError. */
  async cancel(taskId: string): Promise<void> {
    const { store } = this.#options;
    const swarmId = this.#swarm();
    if (this.#find(swarmId, taskId).over) return;
    await store.write(() => store.ownTasks.requestCancel(swarmId, taskId));
    await this.#sync.cancel(swarmId, taskId);
  }

  /** Cancels all tasks that have not ended; a failure does not stop the others. */
  async cancelAll(): Promise<void> {
    await Promise.allSettled(this.#open.list().map(({ taskId }) => this.cancel(taskId)));
  }

  /**
   * Deletes the texts of a task that has ended, first at the coordinator, so that none remains there after it is deleted here.
   * Rejects with a SwarmError: `not_found`, `conflict` before its end, `not_connected`.
   */
  async forget(taskId: string): Promise<void> {
    const { ask, store, onChange } = this.#options;
    const swarmId = this.#swarm();
    if (!this.#find(swarmId, taskId).over) throw new SwarmError('conflict', 'The task has not ended. Cancel it first.');
    const answer = await ask('task:forget', { taskId });
    // A coordinator that never had the task, or no longer has it, has nothing to delete.
    if (!answer.ok && answer.error.code !== 'not_found') throw wireToError(answer.error);
    await store.write(() => store.ownTasks.forgetText(swarmId, taskId));
    onChange();
  }

  /** The answer of any task of the owner, as far as it has arrived. Throws a SwarmError `not_found`. */
  answer(taskId: string): { attempt: number; tokens: number; text: string; over: boolean } {
    const swarmId = this.#swarm();
    const live = this.#open.get(taskId)?.live;
    if (live !== undefined) return { attempt: live.attempt, tokens: live.tokens, text: live.text, over: false };
    const { attempt, outputTokens: tokens, text, over } = this.#find(swarmId, taskId);
    return { attempt, tokens, text: text ?? '', over };
  }

  /** After each connect: sends unacknowledged tasks and cancellations, and follows the other open tasks. */
  async resume(): Promise<void> {
    const swarmId = this.#options.swarmId();
    if (swarmId !== null) await this.#sync.resume(swarmId);
  }

  /** Adds a frame to its answer. */
  takeFrame(frame: TaskFrame): void {
    const swarmId = this.#options.swarmId();
    if (swarmId !== null) this.#sync.takeFrame(swarmId, frame);
  }

  /** Stores a view inside the caller's transaction. */
  storeView(swarmId: string, view: TaskView, text: string | null): void {
    this.#sync.storeView(swarmId, view, text);
  }

  /** Announces a view whose transaction is committed. */
  announceView(view: TaskView, text: string | null): void {
    this.#sync.announceView(view, text);
  }

  #swarm(): string {
    const swarmId = this.#options.swarmId();
    if (swarmId === null) throw new SwarmError('no_swarm');
    return swarmId;
  }

  #find(swarmId: string, taskId: string): OwnTaskRecord {
    const task = this.#options.store.ownTasks.get(swarmId, taskId);
    if (task === undefined) throw new SwarmError('not_found', 'No own task has this id.', { field: 'taskId' });
    return task;
  }

  async #keep(swarmId: string, submission: Submission): Promise<string> {
    const { clock, random, store } = this.#options;
    const now = Math.round(clock.now());
    const taskId = ulid(now, () => random.fraction());
    const preview = previewOf(submission.type, submission.messages.at(-1)?.content ?? '');
    await store.write(() => store.ownTasks.add({ swarmId, taskId, submission, preview, now }));
    this.#open.add(swarmId, taskId);
    this.#options.onChange();
    return taskId;
  }

  /** Waits, even through lost connections, until the coordinator stores or refuses a task that is being sent. */
  async #untilHeld(swarmId: string, taskId: string, sending: Promise<void>): Promise<void> {
    const { clock, connected, reconnect } = this.#options;
    const held = this.#callers.wait(taskId);
    sending.catch((error: unknown) => this.#callers.reject(taskId, error));
    const limit = clock.setTimer(connectWithinMs, () => this.#withdraw(swarmId, taskId));
    this.#limits.add(limit);
    if (!connected()) reconnect();
    try {
      await held;
    } finally {
      limit.cancel();
      this.#limits.delete(limit);
    }
  }

  /** Removes a task that waited too long for a connection. A task that was sent is kept, since it may already be running. */
  #withdraw(swarmId: string, taskId: string): void {
    if (this.#sync.wasSent(taskId)) return;
    const { store, onChange } = this.#options;
    this.#open.remove(taskId);
    onChange();
    store
      .write(() => store.ownTasks.remove(swarmId, taskId))
      .then(
        () => this.#callers.reject(taskId, new SwarmError('not_connected', noConnection)),
        (error: unknown) => this.#callers.reject(taskId, error),
      );
  }
}
