import type { EngineEvent } from '#shared/api/events.ts';
import { mergeFrames } from '#shared/domain/tasks/answerFrames.ts';
import { assertNever } from '#shared/util/assertNever.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';

/** At most ten pushes a second per slice and per task (rules 8.8). */
const gapMs = 100;

interface Channel {
  /** What waits for the end of the gap, in order. */
  waiting: EngineEvent[];
  gap: Timer | undefined;
}

/**
 * Thins the engine's events for one connection: the first of a kind leaves at once, what follows within the gap is
 * merged. Of a slice only the newest value counts; pieces of an answer are put together; a reset and an end leave at
 * once, after everything that waits for their task.
 */
export class EventFeed {
  readonly #clock: Clock;
  readonly #send: (event: EngineEvent) => void;
  readonly #channels = new Map<string, Channel>();

  constructor(clock: Clock, send: (event: EngineEvent) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  push(event: EngineEvent): void {
    const name = channelOf(event);
    const channel = this.#channels.get(name);
    if (event.name === 'task:finished' || event.name === 'task:reset' || event.name === 'try:ended') {
      if (channel !== undefined) this.#sendWaiting(channel);
      this.#send(event);
      return;
    }
    if (channel?.gap === undefined) {
      const fresh: Channel = { waiting: [], gap: undefined };
      this.#channels.set(name, fresh);
      this.#send(event);
      this.#startGap(name, fresh);
      return;
    }
    addTo(channel.waiting, event);
  }

  /** Drops everything that waits. */
  close(): void {
    for (const channel of this.#channels.values()) channel.gap?.cancel();
    this.#channels.clear();
  }

  #startGap(name: string, channel: Channel): void {
    channel.gap = this.#clock.setTimer(gapMs, () => {
      if (channel.waiting.length === 0) {
        this.#channels.delete(name);
        return;
      }
      this.#sendWaiting(channel);
      this.#startGap(name, channel);
    });
  }

  #sendWaiting(channel: Channel): void {
    const events = channel.waiting;
    channel.waiting = [];
    for (const event of events) this.#send(event);
  }
}

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

function addTo(waiting: EngineEvent[], event: EngineEvent): void {
  const last = waiting.at(-1);
  const merged = last === undefined ? undefined : mergeEvents(last, event);
  if (merged === undefined) waiting.push(event);
  else waiting[waiting.length - 1] = merged;
}

/** Two consecutive events of one channel as one, where that loses nothing. */
export function mergeEvents(first: EngineEvent, second: EngineEvent): EngineEvent | undefined {
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
