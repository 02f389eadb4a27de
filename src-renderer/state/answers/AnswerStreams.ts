import type { CommandOutput } from '#shared/api/commands.ts';
import type { EngineEventPayload } from '#shared/api/events.ts';
import { emptyAnswer as noAnswer, joinFrame, type PartialAnswer } from '#shared/domain/tasks/answerFrames.ts';

type Frame = EngineEventPayload<'task:frame'>;

/** The answer of one submitted task, as far as it has arrived. */
export interface Answer extends PartialAnswer {
  /** Nothing more will come. */
  readonly over: boolean;
  /** Grew at least once since it was opened here, so a caret may stand at its end. */
  readonly started: boolean;
}

interface Followed {
  answer: Answer;
  readonly listeners: Set<() => void>;
  /** Runs since the listeners heard of the last change; null once they may hear of the next one at once. */
  timer: ReturnType<typeof setTimeout> | null;
  /** The answer changed since then. */
  isStale: boolean;
}

type Follow = (taskId: string) => Promise<CommandOutput<'task.follow'>>;

/** Least milliseconds between two changes that listeners hear of (rules 8.8). */
const gapMs = 100;

export const emptyAnswer: Answer = { ...noAnswer, over: false, started: false };

/** Joins the frames of own answers in order. Kept outside React, so that a token costs one string append. */
export class AnswerStreams {
  readonly #followed = new Map<string, Followed>();
  readonly #follow: Follow;

  constructor(follow: Follow) {
    this.#follow = follow;
  }

  read(taskId: string): Answer {
    return this.#followed.get(taskId)?.answer ?? emptyAnswer;
  }

  /** Follows an answer until the last listener leaves. */
  subscribe(taskId: string, listener: () => void): () => void {
    const entry = this.#followed.get(taskId) ?? this.#open(taskId);
    entry.listeners.add(listener);
    return () => {
      entry.listeners.delete(listener);
      if (entry.listeners.size > 0) return;
      if (entry.timer !== null) clearTimeout(entry.timer);
      this.#followed.delete(taskId);
    };
  }

  /** Joins a frame: appends what comes next, ignores what is known, and asks again when something is missing. */
  take(frame: Frame): void {
    const entry = this.#followed.get(frame.taskId);
    if (entry === undefined) return;
    const { kind, startsOver, answer } = joinFrame(entry.answer, frame);
    if (kind === 'appended') this.#change(entry, { ...answer, over: !startsOver && entry.answer.over, started: true });
    else if (kind === 'gap') void this.#catchUp(frame.taskId);
  }

  /** The answer starts over. */
  reset(taskId: string, attempt: number): void {
    const entry = this.#followed.get(taskId);
    if (entry !== undefined) this.#change(entry, { ...emptyAnswer, attempt });
  }

  /** The task ended: asks for the whole answer once more, which is the one that was checked and paid. */
  finish(taskId: string): void {
    if (this.#followed.has(taskId)) void this.#catchUp(taskId);
  }

  /** After a reconnect: frames may have been missed. */
  catchUpAll(): void {
    for (const [taskId, { answer }] of this.#followed) if (!answer.over) void this.#catchUp(taskId);
  }

  #open(taskId: string): Followed {
    const entry: Followed = { answer: emptyAnswer, listeners: new Set(), timer: null, isStale: false };
    this.#followed.set(taskId, entry);
    void this.#catchUp(taskId);
    return entry;
  }

  async #catchUp(taskId: string): Promise<void> {
    try {
      const whole = await this.#follow(taskId);
      const entry = this.#followed.get(taskId);
      if (entry === undefined) return;
      const behind = whole.attempt === entry.answer.attempt && whole.from + whole.tokens < entry.answer.tokens;
      if (whole.attempt < entry.answer.attempt || behind) return;
      this.#change(entry, {
        text: whole.text,
        tokens: whole.from + whole.tokens,
        attempt: whole.attempt,
        over: whole.over,
        started: whole.text !== '',
      });
    } catch {
      // Offline: `catchUpAll` asks again after the reconnect.
    }
  }

  /** The first change is shown at once, those that follow within the gap together at its end. */
  #change(entry: Followed, answer: Answer): void {
    entry.answer = answer;
    entry.isStale = true;
    if (entry.timer === null) this.#tell(entry);
  }

  #tell(entry: Followed): void {
    entry.isStale = false;
    entry.timer = setTimeout(() => {
      entry.timer = null;
      if (entry.isStale) this.#tell(entry);
    }, gapMs);
    for (const listener of entry.listeners) listener();
  }
}
