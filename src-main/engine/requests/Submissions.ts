import { ulid } from 'ulid';
import { type ErrorCode, SwarmError, type WireError } from '#shared/domain/errorCodes.ts';
import { type Submission, isTaskOver, promptBytes } from '#shared/domain/tasks/task.ts';
import type { Quote, TaskFrame, TaskView } from '#shared/domain/tasks/taskView.ts';
import type { EngineEvent } from '#shared/api/events.ts';
import type { PayloadFor, ToCoordinator } from '#shared/protocol/messages.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import type { z } from 'zod';
import type { Asked } from '#engine/swarmLink/client/ask.ts';
import type { EngineStore } from '#engine/store/openEngineStore.ts';
import { previewOf } from '#engine/store/TaskQueries.ts';
import { AnswerWriter } from './AnswerWriter.ts';
import { checkSize } from './checkSize.ts';
import { OpenTasks, type OpenTask } from './OpenTasks.ts';
import { isPassing, wireToError } from './wireToError.ts';

export interface SubmissionsOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly store: EngineStore;
  readonly swarmId: () => string | null;
  readonly connected: () => boolean;
  /** Tries to connect now instead of at the next planned time. */
  readonly reconnect: () => void;
  readonly ask: <K extends keyof ToCoordinator>(type: K, payload: PayloadFor<ToCoordinator, K>) => Promise<Asked<K>>;
  readonly emit: (event: EngineEvent) => void;
  readonly onChange: () => void;
}

/** Ids that are tried when others are taken. */
const mostIds = 3;

/** Milliseconds before a coordinator that was busy or did not answer is asked again. */
const againMs = 500;

/** Milliseconds that a submission without a connection waits for one; a coordinator restarts in less. */
export const connectWithinMs = 30_000;

const noConnection = 'There was no connection to the coordinator within 30 s. The task was not sent.';

/** The owner's own tasks, from the submission to the stored answer. */
export class Submissions {
  readonly #options: SubmissionsOptions;
  readonly #open: OpenTasks;
  readonly #answers: AnswerWriter;
  /** Tasks whose state was asked for and has not arrived. */
  readonly #following = new Set<string>();
  /** Submissions without an answer: the coordinator may or may not know the task. */
  readonly #sending = new Map<string, Promise<unknown>>();
  /** Stored tasks that were never sent, so that no coordinator can know them. */
  readonly #unsent = new Set<string>();
  readonly #timers = new Set<Timer>();
  /** Callers of `submit`, each until the coordinator holds its task. */
  readonly #waiting = new Map<string, PromiseWithResolvers<void>>();

  constructor(options: SubmissionsOptions) {
    this.#options = options;
    this.#open = new OpenTasks(options.store.ownTasks);
    this.#answers = new AnswerWriter(options);
  }

  /** Own tasks that have not ended, oldest first. */
  get open(): readonly OpenTask[] {
    return this.#open.list();
  }

  /** Switches to another swarm, or to none (null). */
  load(swarmId: string | null): void {
    for (const waiting of this.#waiting.values()) waiting.reject(new SwarmError('no_swarm'));
    this.#waiting.clear();
    this.#open.load(swarmId);
    this.#options.onChange();
  }

  /** Cancels all timers; the next start takes up what is left. */
  stop(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  async quote(submission: Submission): Promise<z.infer<typeof Quote>> {
    this.#swarm();
    const { messages: _messages, context: _context, ...rest } = submission;
    const answer = await this.#options.ask('task:quote', { submission: rest, promptBytes: promptBytes(submission) });
    if (!answer.ok) throw wireToError(answer.error);
    return answer.payload;
  }

  /**
   * Stores a task and sends it. Resolves with its id when the coordinator holds it; without a connection `detach` resolves
   * as soon as it is stored, and the next connect sends it. A refused task leaves nothing behind. Rejects with a SwarmError:
   * `not_connected` after 30 s without a connection, or the coordinator's refusal.
   */
  async submit(submission: Submission, { detach }: { detach: boolean }): Promise<string> {
    const swarmId = this.#swarm();
    checkSize(submission);
    for (let attempt = 1; ; attempt += 1) {
      const taskId = await this.#keep(swarmId, submission);
      try {
        if (detach && !this.#options.connected()) this.#inBackground(this.#send(swarmId, taskId, submission));
        else await this.#untilHeld(taskId, submission);
        return taskId;
      } catch (error) {
        const taken = error instanceof SwarmError && error.code === 'task_id_taken' && attempt < mostIds;
        if (!taken) throw error;
      }
    }
  }

  /** Cancels a task; without a connection the wish is stored and sent with the next one. */
  async cancel(taskId: string): Promise<void> {
    const { store } = this.#options;
    const swarmId = this.#swarm();
    const task = store.ownTasks.get(swarmId, taskId);
    if (task === undefined) throw new SwarmError('not_found', 'No own task has this id.', { field: 'taskId' });
    if (task.over) return;
    await store.write(() => store.ownTasks.requestCancel(swarmId, taskId));
    await this.#sendCancel(swarmId, taskId);
  }

  /**
   * Deletes the texts of a task that has ended, first at the coordinator, so that none stays there when it is gone here.
   * Rejects with a SwarmError: `not_found`, `conflict` before its end, `not_connected`.
   */
  async forget(taskId: string): Promise<void> {
    const { ask, store, onChange } = this.#options;
    const swarmId = this.#swarm();
    const task = store.ownTasks.get(swarmId, taskId);
    if (task === undefined) throw new SwarmError('not_found', 'No own task has this id.', { field: 'taskId' });
    if (!task.over) throw new SwarmError('conflict', 'The task has not ended. Cancel it first.');
    const answer = await ask('task:forget', { taskId });
    // A coordinator that never had the task, or has it no more, has nothing to delete.
    if (!answer.ok && answer.error.code !== 'not_found') throw wireToError(answer.error);
    await store.write(() => store.ownTasks.forgetText(swarmId, taskId));
    onChange();
  }

  /** Cancels all tasks that have not ended; a failure does not stop the others. */
  async cancelAll(): Promise<void> {
    await Promise.allSettled(this.#open.list().map(({ taskId }) => this.cancel(taskId)));
  }

  /** The answer of any own task, as far as it has arrived. Throws a SwarmError `not_found`. */
  answer(taskId: string): { attempt: number; tokens: number; text: string; over: boolean } {
    const swarmId = this.#swarm();
    const live = this.#open.get(taskId)?.live;
    if (live !== undefined) return { attempt: live.attempt, tokens: live.tokens, text: live.text, over: false };
    const task = this.#options.store.ownTasks.get(swarmId, taskId);
    if (task === undefined) throw new SwarmError('not_found', 'No own task has this id.', { field: 'taskId' });
    return { attempt: task.attempt, tokens: task.outputTokens, text: task.text ?? '', over: task.over };
  }

  /** After each connect: sends tasks that are not acknowledged, sends cancellations, follows the rest. */
  async resume(): Promise<void> {
    const { swarmId: current, store } = this.#options;
    const swarmId = current();
    if (swarmId === null) return;
    await Promise.all(
      store.ownTasks.open(swarmId).map(async (task) => {
        if (task.cancelRequested) await this.#sendCancel(swarmId, task.taskId);
        else if (task.acknowledged) await this.#follow(swarmId, task.taskId);
        else if (task.submission !== null) await this.#send(swarmId, task.taskId, task.submission);
      }),
    );
  }

  /** Takes a piece of an answer. */
  takeFrame(frame: z.infer<typeof TaskFrame>): void {
    const swarmId = this.#options.swarmId();
    const task = this.#open.get(frame.taskId);
    if (swarmId === null || task === undefined) return;
    const isMissing = this.#answers.take(swarmId, task.live, frame) === 'gap';
    // An answer on its way brings everything up to it, and frames continue from there.
    if (isMissing && !this.#following.has(frame.taskId)) this.#inBackground(this.#follow(swarmId, frame.taskId));
    this.#options.onChange();
  }

  /** Stores a view inside the caller's transaction. */
  storeView(swarmId: string, view: TaskView, text: string | null): void {
    const live = this.#open.get(view.taskId)?.live;
    if (live !== undefined) this.#answers.storePending(swarmId, live);
    this.#options.store.ownTasks.applyView(swarmId, view, text);
  }

  /** Announces a view whose transaction is committed. */
  announceView(view: TaskView, text: string | null): void {
    const task = this.#open.get(view.taskId);
    if (task === undefined) return;
    this.#waiting.get(view.taskId)?.resolve();
    if (!isTaskOver(view.status)) this.#open.update(view);
    else {
      if (text !== null) this.#answers.complete(task.live, view.attempt, { text, tokens: view.outputTokens });
      this.#finish(view.taskId, view.status);
    }
    this.#options.onChange();
  }

  /** Runs work that nobody awaits; the next connect takes up what it leaves. */
  #inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => this.#options.logger.warn('Could not resume a task.', { error: String(error) }));
  }

  #swarm(): string {
    const swarmId = this.#options.swarmId();
    if (swarmId === null) throw new SwarmError('no_swarm');
    return swarmId;
  }

  async #keep(swarmId: string, submission: Submission): Promise<string> {
    const { clock, random, store } = this.#options;
    const now = Math.round(clock.now());
    const taskId = ulid(now, () => random.fraction());
    const preview = previewOf(submission.type, submission.messages.at(-1)?.content ?? '');
    await store.write(() => store.ownTasks.add({ swarmId, taskId, submission, preview, now }));
    this.#unsent.add(taskId);
    this.#open.add(swarmId, taskId);
    this.#options.onChange();
    return taskId;
  }

  /** Sends a task, and waits through lost connections until the coordinator holds it or refuses it. */
  async #untilHeld(taskId: string, submission: Submission): Promise<void> {
    const { clock, connected, reconnect } = this.#options;
    const swarmId = this.#swarm();
    const waiting = Promise.withResolvers<void>();
    waiting.promise.catch(() => undefined);
    this.#waiting.set(taskId, waiting);
    this.#send(swarmId, taskId, submission).catch((error: unknown) => waiting.reject(error));
    const limit = clock.setTimer(connectWithinMs, () => this.#withdrawUnsent(swarmId, taskId));
    this.#timers.add(limit);
    if (!connected()) reconnect();
    try {
      await waiting.promise;
    } finally {
      limit.cancel();
      this.#timers.delete(limit);
      this.#waiting.delete(taskId);
    }
  }

  /** Removes a task that waited too long for a connection. One that was sent may run already, and stays. */
  #withdrawUnsent(swarmId: string, taskId: string): void {
    if (!this.#unsent.delete(taskId)) return;
    const { store, onChange } = this.#options;
    const waiting = this.#waiting.get(taskId);
    this.#open.remove(taskId);
    onChange();
    store
      .write(() => store.ownTasks.remove(swarmId, taskId))
      .then(
        () => waiting?.reject(new SwarmError('not_connected', noConnection)),
        (error: unknown) => waiting?.reject(error),
      );
  }

  async #send(swarmId: string, taskId: string, submission: Submission): Promise<void> {
    const { ask, connected, store, swarmId: current } = this.#options;
    // It was withdrawn.
    if (this.#open.get(taskId) === undefined) return;
    if (connected()) this.#unsent.delete(taskId);
    const asked = ask('task:submit', { taskId, submission });
    this.#sending.set(taskId, asked);
    const answer = await asked.finally(() => this.#sending.delete(taskId));
    if (current() !== swarmId) return;
    if (answer.ok) {
      await store.write(() => store.ownTasks.acknowledge(swarmId, taskId));
      this.#waiting.get(taskId)?.resolve();
      await this.#follow(swarmId, taskId);
    } else if (!isPassing(answer.error.code)) await this.#refused(swarmId, taskId, answer.error);
    else {
      this.#again(answer.error.code, () => {
        const task = store.ownTasks.get(swarmId, taskId);
        const isHeld = task === undefined || task.acknowledged || task.over;
        return isHeld ? Promise.resolve() : this.#send(swarmId, taskId, submission);
      });
    }
  }

  /** Schedules a retry of a passing failure. Without a connection there is none: the next connect resumes everything. */
  #again(code: ErrorCode, work: () => Promise<void>): void {
    if (code === 'not_connected') return;
    const timer = this.#options.clock.setTimer(againMs, () => {
      this.#timers.delete(timer);
      this.#inBackground(work());
    });
    this.#timers.add(timer);
  }

  async #refused(swarmId: string, taskId: string, error: WireError): Promise<void> {
    const { store, clock, onChange } = this.#options;
    const waiting = this.#waiting.get(taskId);
    const now = Math.round(clock.now());
    if (waiting === undefined) {
      const reason = error.message.slice(0, 500);
      await store.write(() => store.ownTasks.endUnsent({ swarmId, taskId, status: 'failed', reason, now }));
      this.#finish(taskId, 'failed');
    } else {
      await store.write(() => store.ownTasks.remove(swarmId, taskId));
      this.#open.remove(taskId);
      waiting.reject(wireToError(error));
    }
    onChange();
  }

  async #sendCancel(swarmId: string, taskId: string): Promise<void> {
    const { ask, store, clock, onChange } = this.#options;
    await Promise.allSettled([this.#sending.get(taskId)]);
    if (store.ownTasks.get(swarmId, taskId)?.over !== false) return;
    const answer = await ask('task:cancel', { taskId });
    if (answer.ok) {
      await this.#takeView(swarmId, answer.payload);
    } else if (answer.error.code === 'not_found') {
      const now = Math.round(clock.now());
      const reason = 'Cancelled before it reached the coordinator.';
      await store.write(() => store.ownTasks.endUnsent({ swarmId, taskId, status: 'cancelled', reason, now }));
      this.#waiting.get(taskId)?.reject(new SwarmError('conflict', 'The task was cancelled.'));
      this.#finish(taskId, 'cancelled');
      onChange();
    } else if (!isPassing(answer.error.code)) throw wireToError(answer.error);
    else {
      this.#again(answer.error.code, async () => {
        if (store.ownTasks.get(swarmId, taskId)?.over === false) await this.#sendCancel(swarmId, taskId);
      });
    }
  }

  async #follow(swarmId: string, taskId: string): Promise<void> {
    const task = this.#open.get(taskId);
    if (task === undefined) return;
    const { attempt, tokens: from } = task.live;
    this.#following.add(taskId);
    const answer = await this.#options.ask('task:follow', { taskId, attempt, from });
    this.#following.delete(taskId);
    if (this.#options.swarmId() !== swarmId) return;
    if (answer.ok) {
      const { frame, task: view } = answer.payload;
      const stillMissing = frame !== null && this.#answers.take(swarmId, task.live, frame) === 'gap';
      if (stillMissing) this.#again('timeout', () => this.#follow(swarmId, taskId));
      await this.#takeView(swarmId, view);
    } else if (isPassing(answer.error.code)) {
      this.#again(answer.error.code, () => this.#follow(swarmId, taskId));
    } else if (answer.error.code === 'not_found') {
      await this.#refused(swarmId, taskId, {
        ...answer.error,
        message: 'The coordinator no longer knows this task.',
      });
    }
  }

  /** Takes a view that arrived as an answer, outside the stream of events. */
  async #takeView(swarmId: string, view: TaskView): Promise<void> {
    const live = this.#open.get(view.taskId)?.live;
    // With all tokens here the text is whole; the durable event that follows says the same.
    const whole = live !== undefined && live.attempt === view.attempt && live.tokens === view.outputTokens;
    if (isTaskOver(view.status) && !whole) return;
    const text = isTaskOver(view.status) && live !== undefined ? live.text : null;
    await this.#options.store.write(() => this.storeView(swarmId, view, text));
    this.announceView(view, text);
  }

  #finish(taskId: string, status: string): void {
    const task = this.#open.get(taskId);
    if (task === undefined) return;
    this.#open.remove(taskId);
    const title = (task.title ?? task.preview).slice(0, 200);
    this.#options.emit({ name: 'task:finished', payload: { taskId, status, title } });
  }
}
