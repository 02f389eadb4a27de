import { isNewer, mergeAll } from '#shared/domain/tasks/answerFrames.ts';
import type { TaskFrame } from '#shared/domain/tasks/taskView.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';

/** Frames of one task leave at most this often; the first one at once. */
const frameEveryMs = 25;

/** Somebody who watches a task's answer arrive. */
export interface FrameListener {
  /** One per node or stream: listening again replaces. */
  readonly id: string;
  onFrame(frame: TaskFrame): void;
  /** The task ended. */
  onOver(): void;
}

interface Watch {
  readonly listener: FrameListener;
  attempt: number;
  /** Tokens it has: pieces before are not sent again. */
  upTo: number;
}

interface Stream {
  readonly watches: Map<string, Watch>;
  pieces: TaskFrame[];
  timer: Timer | null;
}

/** Passes stored pieces of answers on to those who watch, merged, in order, none twice. */
export class FrameRelay {
  readonly #clock: Clock;
  readonly #streams = new Map<string, Stream>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Sends pieces of `attempt` from token `upTo` on; earlier ones the listener has already. */
  watch(taskId: string, listener: FrameListener, position: { attempt: number; upTo: number }): () => void {
    const stream = this.#streams.get(taskId) ?? { watches: new Map<string, Watch>(), pieces: [], timer: null };
    this.#streams.set(taskId, stream);
    const watch = { listener, ...position };
    stream.watches.set(listener.id, watch);
    return () => {
      if (stream.watches.get(listener.id) === watch) stream.watches.delete(listener.id);
      if (stream.watches.size === 0 && this.#streams.get(taskId) === stream) this.#streams.delete(taskId);
    };
  }

  /** A piece is stored. */
  push(piece: TaskFrame): void {
    const stream = this.#streams.get(piece.taskId);
    if (stream === undefined || stream.watches.size === 0) return;
    stream.pieces.push(piece);
    if (stream.timer !== null) return;
    this.#flush(stream);
    stream.timer = this.#clock.setTimer(frameEveryMs, () => this.#tick(stream));
  }

  /** The task is over: what is left goes out first. */
  end(taskId: string): void {
    const stream = this.#streams.get(taskId);
    if (stream === undefined) return;
    stream.timer?.cancel();
    this.#flush(stream);
    this.#streams.delete(taskId);
    for (const { listener } of stream.watches.values()) listener.onOver();
  }

  #tick(stream: Stream): void {
    stream.timer = null;
    if (stream.pieces.length === 0) return;
    this.#flush(stream);
    stream.timer = this.#clock.setTimer(frameEveryMs, () => this.#tick(stream));
  }

  #flush(stream: Stream): void {
    const { pieces } = stream;
    stream.pieces = [];
    for (const watch of stream.watches.values()) {
      const fresh = pieces.filter((piece) => isNewer({ attempt: watch.attempt, tokens: watch.upTo }, piece));
      for (const frame of mergeAll(fresh)) watch.listener.onFrame(frame);
      const last = fresh.at(-1);
      if (last !== undefined) {
        watch.attempt = last.attempt;
        watch.upTo = last.from + last.tokens;
      }
    }
  }
}
