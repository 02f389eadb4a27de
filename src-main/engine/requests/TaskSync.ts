import { type ErrorCode, SwarmError, type WireError } from '#shared/domain/errorCodes.ts';
import { type Submission, isTaskOver } from '#shared/domain/tasks/task.ts';
import type { TaskFrame, TaskView } from '#shared/domain/tasks/taskView.ts';
import type { EngineEvent } from '#shared/api/events.ts';
import type { PayloadFor, ToCoordinator } from '#shared/protocol/messages.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Asked } from '#engine/swarmLink/client/ask.ts';
import type { EngineStore } from '#engine/store/openEngineStore.ts';
import { AnswerWriter } from './AnswerWriter.ts';
import type { OpenTasks } from './OpenTasks.ts';
import type { SubmitCallers } from './SubmitCallers.ts';
import { isPassing, wireToError } from './wireToError.ts';

export interface TaskSyncOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: EngineStore;
  readonly swarmId: () => string | null;
  readonly connected: () => boolean;
  readonly ask: <K extends keyof ToCoordinator>(type: K, payload: PayloadFor<ToCoordinator, K>) => Promise<Asked<K>>;
  readonly emit: (event: EngineEvent) => void;
  readonly onChange: () => void;
}

/** Milliseconds before a coordinator that was busy or did not answer is asked again. */
const againMs = 500;

/** Synchronises the owner's tasks with the coordinator: sends, cancels and follows them, and retries transient failures. */
export class TaskSync {
  readonly #options: TaskSyncOptions;
  readonly #open: OpenTasks;
  readonly #callers: SubmitCallers;
  readonly #answers: AnswerWriter;
  /** Tasks whose state was requested and has not arrived. */
  readonly #following = new Set<string>();
  /** Submissions without an answer: the coordinator may or may not know the task. */
  readonly #sending = new Map<string, Promise<unknown>>();
  /** Tasks that may have reached a coordinator since this process stored them. */
  readonly #sent = new Set<string>();
  readonly #retries = new Set<Timer>();

  constructor(options: TaskSyncOptions, open: OpenTasks, callers: SubmitCallers) {
    this.#options = options;
    this.#open = open;
    this.#callers = callers;
    this.#answers = new AnswerWriter(options);
  }

  /** Cancels all retries; the next start takes up what is left. */
  stop(): void {
    for (const timer of this.#retries) timer.cancel();
    this.#retries.clear();
  }

  /** True when a task of this process may have reached a coordinator. */
  wasSent(taskId: string): boolean {
    return this.#sent.has(taskId);
  }

  /** Sends a stored task until the coordinator stores or refuses it. Without a connection it is sent at the next connect. */
  async send(swarmId: string, taskId: string, submission: Submission): Promise<void> {
    const { ask, connected, store, swarmId: current } = this.#options;
    // It was withdrawn.
    if (this.#open.get(taskId) === undefined) return;
    if (connected()) this.#sent.add(taskId);
    const asked = ask('task:submit', { taskId, submission });
    this.#sending.set(taskId, asked);
    const answer = await asked.finally(() => this.#sending.delete(taskId));
    if (current() !== swarmId) return;
    if (answer.ok) {
      await store.write(() => store.ownTasks.acknowledge(swarmId, taskId));
      this.#callers.resolve(taskId);
      await this.#follow(swarmId, taskId);
    } else if (!isPassing(answer.error.code)) await this.#refused(swarmId, taskId, answer.error);
    else {
      this.#again(answer.error.code, () => {
        const task = store.ownTasks.get(swarmId, taskId);
        const isHeld = task === undefined || task.acknowledged || task.over;
        return isHeld ? Promise.resolve() : this.send(swarmId, taskId, submission);
      });
    }
  }

  /** Sends a stored wish to cancel. Rejects with a SwarmError when the coordinator refuses. */
  async cancel(swarmId: string, taskId: string): Promise<void> {
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
      this.#callers.reject(taskId, new SwarmError('conflict', 'The task was cancelled.'));
      this.#finish(taskId, 'cancelled');
      onChange();
    } else if (!isPassing(answer.error.code)) throw wireToError(answer.error);
    else {
      this.#again(answer.error.code, async () => {
        if (store.ownTasks.get(swarmId, taskId)?.over === false) await this.cancel(swarmId, taskId);
      });
    }
  }

  /** After each connect: sends tasks that are not acknowledged, sends cancellations, follows the rest. */
  async resume(swarmId: string): Promise<void> {
    await Promise.all(
      this.#options.store.ownTasks.open(swarmId).map(async (task) => {
        if (task.cancelRequested) await this.cancel(swarmId, task.taskId);
        else if (task.acknowledged) await this.#follow(swarmId, task.taskId);
        else if (task.submission !== null) await this.send(swarmId, task.taskId, task.submission);
      }),
    );
  }

  /** Takes a piece of an answer. */
  takeFrame(swarmId: string, frame: TaskFrame): void {
    const task = this.#open.get(frame.taskId);
    if (task === undefined) return;
    const isMissing = this.#answers.take(swarmId, task.live, frame) === 'gap';
    // An answer on its way brings everything up to it, and frames continue from there.
    if (isMissing && !this.#following.has(frame.taskId)) this.inBackground(this.#follow(swarmId, frame.taskId));
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
    this.#callers.resolve(view.taskId);
    if (!isTaskOver(view.status)) this.#open.update(view);
    else {
      if (text !== null) this.#answers.complete(task.live, view.attempt, { text, tokens: view.outputTokens });
      this.#finish(view.taskId, view.status);
    }
    this.#options.onChange();
  }

  /** Runs work that nobody awaits; the next connect takes up what it leaves. */
  inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => this.#options.logger.warn('Could not resume a task.', { error: String(error) }));
  }

  /** Schedules a retry of a passing failure. Without a connection there is none: the next connect resumes everything. */
  #again(code: ErrorCode, work: () => Promise<void>): void {
    if (code === 'not_connected') return;
    const timer = this.#options.clock.setTimer(againMs, () => {
      this.#retries.delete(timer);
      this.inBackground(work());
    });
    this.#retries.add(timer);
  }

  /** Ends a refused task. While a caller waits for it, it leaves nothing behind and the caller gets the refusal. */
  async #refused(swarmId: string, taskId: string, error: WireError): Promise<void> {
    const { store, clock, onChange } = this.#options;
    const now = Math.round(clock.now());
    if (this.#callers.has(taskId)) {
      await store.write(() => store.ownTasks.remove(swarmId, taskId));
      this.#open.remove(taskId);
      this.#sent.delete(taskId);
      this.#callers.reject(taskId, wireToError(error));
    } else {
      const reason = error.message.slice(0, 500);
      await store.write(() => store.ownTasks.endUnsent({ swarmId, taskId, status: 'failed', reason, now }));
      this.#finish(taskId, 'failed');
    }
    onChange();
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
      const message = 'The coordinator no longer knows this task.';
      await this.#refused(swarmId, taskId, { ...answer.error, message });
    }
  }

  /** Takes a view that arrived as an answer, outside the stream of events. */
  async #takeView(swarmId: string, view: TaskView): Promise<void> {
    const live = this.#open.get(view.taskId)?.live;
    // Once all tokens have arrived the text is complete; the durable event that follows contains the same text.
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
    this.#sent.delete(taskId);
    const title = (task.title ?? task.preview).slice(0, 200);
    this.#options.emit({ name: 'task:finished', payload: { taskId, status, title } });
  }
}
