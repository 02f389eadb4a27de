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

/** How far a listener has the answer: pieces before are not sent again. */
export interface FramePosition {
  readonly attempt: number;
  /** Tokens of the answer. */
  readonly upTo: number;
}

/** A listener that was registered; it gets frames once it has told its position. */
export interface FrameWatch {
  /** Sends what came meanwhile, and every later frame. */
  begin(position: FramePosition): void;
  stop(): void;
}

interface Watch {
  readonly listener: FrameListener;
  /** Null until the listener has told it. */
  position: FramePosition | null;
  /** Pieces that came before that. */
  held: TaskFrame[];
  isOver: boolean;
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

  /** Registers a listener. No piece is lost between this and `begin`, while the listener reads what is stored. */
  watch(taskId: string, listener: FrameListener): FrameWatch {
    const stream = this.#streams.get(taskId) ?? { watches: new Map<string, Watch>(), pieces: [], timer: null };
    this.#streams.set(taskId, stream);
    const watch: Watch = { listener, position: null, held: [], isOver: false };
    stream.watches.set(listener.id, watch);
    return {
      begin(position) {
        send(watch, position, watch.held);
        watch.held = [];
        if (watch.isOver) listener.onOver();
      },
      stop: () => {
        if (stream.watches.get(listener.id) === watch) stream.watches.delete(listener.id);
        if (stream.watches.size === 0 && this.#streams.get(taskId) === stream) this.#streams.delete(taskId);
      },
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
    for (const watch of stream.watches.values()) {
      watch.isOver = true;
      if (watch.position !== null) watch.listener.onOver();
    }
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
      if (watch.position === null) watch.held.push(...pieces);
      else send(watch, watch.position, pieces);
    }
  }
}

/** Sends what the listener does not have yet. */
function send(watch: Watch, position: FramePosition, pieces: readonly TaskFrame[]): void {
  const fresh = pieces.filter((piece) => isNewer({ attempt: position.attempt, tokens: position.upTo }, piece));
  const last = fresh.at(-1);
  watch.position = last === undefined ? position : { attempt: last.attempt, upTo: last.from + last.tokens };
  for (const frame of mergeAll(fresh)) watch.listener.onFrame(frame);
}
