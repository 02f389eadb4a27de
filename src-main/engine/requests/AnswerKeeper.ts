import type { EngineEvent } from '#shared/api/events.ts';
import type { TaskFrame } from '#shared/domain/tasks/taskView.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { z } from 'zod';
import type { EngineStore } from '#engine/store/openEngineStore.ts';
import type { LiveAnswer } from './LiveAnswer.ts';

interface AnswerKeeperOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: EngineStore;
  readonly emit: (event: EngineEvent) => void;
}

/** Answers are written at most four times a second, however fast tokens come. */
const writeEveryMs = 250;

/** Takes frames into answers, tells of them at once and stores them now and then. */
export class AnswerKeeper {
  readonly #options: AnswerKeeperOptions;
  readonly #timers = new Map<LiveAnswer, Timer>();

  constructor(options: AnswerKeeperOptions) {
    this.#options = options;
  }

  /** `gap`: something is missing and must be asked for. */
  take(swarmId: string, live: LiveAnswer, frame: z.infer<typeof TaskFrame>): 'taken' | 'gap' {
    const { clock, emit } = this.#options;
    const effect = live.take(frame, Math.round(clock.now()));
    if (effect.kind === 'gap') return 'gap';
    if (effect.kind === 'known') return 'taken';
    const { taskId } = live;
    if (effect.kind === 'reset') emit({ name: 'task:reset', payload: { taskId, attempt: live.attempt } });
    if (effect.frame === null) return 'gap';
    if (effect.frame.tokens > 0 || effect.frame.text !== '') emit({ name: 'task:frame', payload: effect.frame });
    this.#writeSoon(swarmId, live);
    return 'taken';
  }

  /** The whole answer came with the end: whoever watches gets what is missing. */
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

  /** Writes what is pending inside the caller's transaction. */
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
          logger.error('A part of an answer could not be stored.', { taskId: live.taskId, error: String(error) });
        });
    });
    this.#timers.set(live, timer);
  }
}
