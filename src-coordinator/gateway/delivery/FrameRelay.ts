import { isNewer, mergeAll } from '#shared/domain/tasks/answerFrames.ts';
import type { TaskFrame } from '#shared/domain/tasks/taskView.ts';

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
  /** Pieces of this turn of the event loop. */
  pieces: TaskFrame[];
}

/** Relays stored pieces of answers to their listeners, in order, none twice; pieces that are stored together are merged. */
export class FrameRelay {
  readonly #streams = new Map<string, Stream>();

  /** Registers a listener. No piece is lost between this and `begin`, while the listener reads what is stored. */
  watch(taskId: string, listener: FrameListener): FrameWatch {
    const stream = this.#streams.get(taskId) ?? { watches: new Map<string, Watch>(), pieces: [] };
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

  /** Relays a piece that is stored, once all that are stored with it are known. */
  push(piece: TaskFrame): void {
    const stream = this.#streams.get(piece.taskId);
    if (stream === undefined || stream.watches.size === 0) return;
    stream.pieces.push(piece);
    if (stream.pieces.length === 1) queueMicrotask(() => this.#flush(stream));
  }

  /** Ends the streams of a task; what is left goes out first. */
  end(taskId: string): void {
    const stream = this.#streams.get(taskId);
    if (stream === undefined) return;
    this.#flush(stream);
    this.#streams.delete(taskId);
    for (const watch of stream.watches.values()) {
      watch.isOver = true;
      if (watch.position !== null) watch.listener.onOver();
    }
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

/** Sends the pieces that the listener does not have. */
function send(watch: Watch, position: FramePosition, pieces: readonly TaskFrame[]): void {
  const fresh: TaskFrame[] = [];
  watch.position = position;
  for (const piece of pieces) {
    const { attempt, upTo } = watch.position;
    if (!isNewer({ attempt, tokens: upTo }, piece)) continue;
    fresh.push(piece);
    watch.position = { attempt: piece.attempt, upTo: piece.from + piece.tokens };
  }
  for (const frame of mergeAll(fresh)) watch.listener.onFrame(frame);
}
