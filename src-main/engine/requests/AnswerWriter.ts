import type { EngineEvent } from '#shared/api/events.ts';
import type { TaskFrame } from '#shared/domain/tasks/taskView.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { EngineStore } from '#engine/store/openEngineStore.ts';
import { isEmpty, type LiveAnswer } from './LiveAnswer.ts';

interface AnswerWriterOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: EngineStore;
  readonly emit: (event: EngineEvent) => void;
}

/** Milliseconds between two writes of one answer. */
const writeEveryMs = 250;

/** Joins frames to answers, announces them at once and stores them in batches. */
export class AnswerWriter {
  readonly #options: AnswerWriterOptions;
  readonly #timers = new Map<LiveAnswer, Timer>();

  constructor(options: AnswerWriterOptions) {
    this.#options = options;
  }

  /** Joins a frame and announces it. `gap`: tokens are missing, and the caller asks for them. */
  take(swarmId: string, live: LiveAnswer, frame: TaskFrame): 'taken' | 'gap' {
    const { clock, emit } = this.#options;
    const { kind, startsOver } = live.take(frame, Math.round(clock.now()));
    if (startsOver) emit({ name: 'task:reset', payload: { taskId: live.taskId, attempt: live.attempt } });
    if (kind === 'gap') return 'gap';
    if (kind === 'known') return 'taken';
    if (!isEmpty(frame)) emit({ name: 'task:frame', payload: frame });
    this.#writeSoon(swarmId, live);
    return 'taken';
  }

  /** Takes the whole answer, which comes with the end of the task, and announces the part that is missing. */
  complete(live: LiveAnswer, attempt: number, whole: { text: string; tokens: number }): void {
    const { emit } = this.#options;
    this.#timers.get(live)?.cancel();
    this.#timers.delete(live);
    const goesOn = attempt === live.attempt && whole.text.startsWith(live.text);
    if (goesOn && whole.text.length === live.text.length) return;
    const { taskId } = live;
    if (!goesOn) emit({ name: 'task:reset', payload: { taskId, attempt } });
    const from = goesOn ? live.tokens : 0;
    const text = goesOn ? whole.text.slice(live.text.length) : whole.text;
    emit({ name: 'task:frame', payload: { taskId, attempt, from, tokens: Math.max(0, whole.tokens - from), text } });
  }

  /** Stores the pending piece inside the caller's transaction. */
  storePending(swarmId: string, live: LiveAnswer): void {
    const piece = live.takePending();
    if (piece === null) return;
    const times = { first: live.firstAt, last: live.lastAt ?? Math.round(this.#options.clock.now()) };
    this.#options.store.ownTasks.addPiece(swarmId, live.taskId, piece, times);
  }

  #writeSoon(swarmId: string, live: LiveAnswer): void {
    if (this.#timers.has(live)) return;
    const { clock, store, logger } = this.#options;
    const timer = clock.setTimer(writeEveryMs, () => {
      this.#timers.delete(live);
      store
        .write(() => this.storePending(swarmId, live))
        .catch((error: unknown) => {
          logger.error('Could not store a part of an answer.', { taskId: live.taskId, error: String(error) });
        });
    });
    this.#timers.set(live, timer);
  }
}
