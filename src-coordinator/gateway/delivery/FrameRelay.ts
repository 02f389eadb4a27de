import { isNewer, mergeAll } from '#shared/domain/tasks/answerFrames.ts';
import type { TaskFrame } from '#shared/domain/tasks/taskView.ts';

/** A subscriber to a task's answer. */
export interface FrameListener {
  /** Unique per node or stream; a new listener replaces the previous one with the same id. */
  readonly id: string;
  onFrame(frame: TaskFrame): void;
  /** The task ended. */
  onOver(): void;
}

/** How much of the answer a listener has already; earlier pieces are not sent again. */
export interface FramePosition {
  readonly attempt: number;
  /** Number of tokens. */
  readonly upTo: number;
}

/** A registered listener; it receives frames once its position is known. */
export interface FrameWatch {
  /** Sends the frames that arrived since the registration, and every later one. */
  begin(position: FramePosition): void;
  stop(): void;
}

interface Watch {
  readonly listener: FrameListener;
  /** Null until `begin`. */
  position: FramePosition | null;
  /** Pieces that arrived before `begin`. */
  held: TaskFrame[];
  isOver: boolean;
}

interface Stream {
  readonly watches: Map<string, Watch>;
  /** Pieces to relay at the next flush. */
  pieces: TaskFrame[];
}

/** Relays stored pieces of answers to their listeners, in order and without duplicates; pieces that are stored together are coalesced. */
export class FrameRelay {
  readonly #streams = new Map<string, Stream>();

  /** Registers a listener. No piece is lost before `begin`, while the listener reads the stored part of the answer. */
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

  /** Relays a stored piece, together with the others of the same commit. */
  push(piece: TaskFrame): void {
    const stream = this.#streams.get(piece.taskId);
    if (stream === undefined || stream.watches.size === 0) return;
    stream.pieces.push(piece);
    if (stream.pieces.length === 1) queueMicrotask(() => this.#flush(stream));
  }

  /** Flushes and ends the streams of a task. */
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
