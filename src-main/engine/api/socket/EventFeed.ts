import type { EngineEvent } from '#shared/api/events.ts';
import { mergeFrames } from '#shared/domain/tasks/answerFrames.ts';
import { assertNever } from '#shared/util/assertNever.ts';

/** The way to one client. */
export interface EventOutlet {
  send(event: EngineEvent): void;
  /** False while earlier events have not left yet; the owner of the feed calls `flush` once they have. */
  isReady(): boolean;
}

/**
 * Pushes the engine's events to one client: at once while it keeps up. While it does not, events wait and coalesce: of a
 * slice only the newest value counts, and pieces of an answer are joined. The events of one task stay in order.
 */
export class EventFeed {
  readonly #outlet: EventOutlet;
  #waiting: EngineEvent[] = [];

  constructor(outlet: EventOutlet) {
    this.#outlet = outlet;
  }

  push(event: EngineEvent): void {
    if (this.#waiting.length === 0 && this.#outlet.isReady()) this.#outlet.send(event);
    else this.#coalesce(event);
  }

  /** Sends everything that waits. */
  flush(): void {
    const events = this.#waiting;
    this.#waiting = [];
    for (const event of events) this.#outlet.send(event);
  }

  /** Drops everything that waits. */
  close(): void {
    this.#waiting = [];
  }

  #coalesce(event: EngineEvent): void {
    const channel = channelOf(event);
    const index = this.#waiting.findLastIndex((one) => channelOf(one) === channel);
    const last = this.#waiting[index];
    const merged = last === undefined ? undefined : mergeEvents(last, event);
    if (merged === undefined) this.#waiting.push(event);
    else this.#waiting[index] = merged;
  }
}

/** Events of one channel keep their order. */
function channelOf(event: EngineEvent): string {
  switch (event.name) {
    case 'slice':
      return `slice:${event.payload.slice}`;
    case 'task:tail':
      return `tail:${event.payload.taskId}`;
    case 'task:frame':
    case 'task:reset':
    case 'task:finished':
      return `task:${event.payload.taskId}`;
    case 'try:frame':
    case 'try:ended':
      return `try:${event.payload.tryId}`;
    case 'sample':
      return 'sample';
    default:
      return assertNever(event);
  }
}

/** Two consecutive events of one channel as one, where that loses nothing. */
function mergeEvents(first: EngineEvent, second: EngineEvent): EngineEvent | undefined {
  if (first.name === 'task:frame' && second.name === 'task:frame') {
    const payload = mergeFrames(first.payload, second.payload);
    return payload === undefined ? undefined : { name: 'task:frame', payload };
  }
  if (first.name === 'try:frame' && second.name === 'try:frame') {
    return { name: 'try:frame', payload: { ...second.payload, text: first.payload.text + second.payload.text } };
  }
  const replaceable = second.name === 'slice' || second.name === 'task:tail' || second.name === 'sample';
  return replaceable && first.name === second.name ? second : undefined;
}
