import { z } from 'zod';
import { type CommandRequest, commands } from '#shared/api/commands.ts';
import type { EngineEvent } from '#shared/api/events.ts';
import { SwarmError, toWireError } from '#shared/domain/errorCodes.ts';
import { isNewer } from '#shared/domain/tasks/answerFrames.ts';
import type { TaskFrame } from '#shared/domain/tasks/taskView.ts';
import { parseAt, schemasOf, serve, serveTable, type ServeTable } from '#shared/protocol/serve.ts';
import { EventFeed, type EventOutlet } from './EventFeed.ts';
import type { LocalApiParts } from '#engine/api/LocalApi.ts';
import type { ProofStep } from './ProofStep.ts';

/** One command as it arrives. */
const Call = z.object({ name: z.string().max(64), input: z.unknown() });

/** Commands of one connection that may run at the same time. */
const callsAtOnce = 128;

/** One connection of the owner, once it has authenticated. It knows no socket: the transport feeds it. */
export class LocalConnection {
  readonly #parts: LocalApiParts;
  readonly #proof: ProofStep;
  readonly #feed: EventFeed;
  readonly #commands: ServeTable;
  /** Tasks whose answers are followed; before the first reply, the events of a task collect here. */
  readonly #followed = new Map<string, EngineEvent[] | 'live'>();
  /** Trials of this connection: nobody else can stop them, so they end with it. */
  readonly #trials = new Set<string>();
  #proven = false;
  #closed = false;
  #running = 0;
  #stopSamples: (() => void) | undefined;
  #stopEvents: (() => void) | undefined;

  constructor(parts: LocalApiParts, proof: ProofStep, outlet: EventOutlet) {
    this.#parts = parts;
    this.#proof = proof;
    this.#feed = new EventFeed(outlet);
    this.#commands = this.#tableOf(parts);
  }

  get proven(): boolean {
    return this.#proven;
  }

  hello(payload: unknown): unknown {
    return this.#proof.hello(payload);
  }

  prove(payload: unknown): unknown {
    const { browserSecret } = this.#proof.prove(payload);
    if (!this.#proven) {
      this.#proven = true;
      this.#stopEvents = this.#parts.subscribe((event) => this.#announce(event));
    }
    return { version: this.#parts.version, browserSecret };
  }

  /** Parses and runs one command. Rejects with a SwarmError when it does not fit, or with what its handler throws. */
  async call(payload: unknown): Promise<unknown> {
    if (!this.#proven) throw new SwarmError('unauthenticated');
    if (this.#running >= callsAtOnce) throw new SwarmError('overloaded', 'Too many commands at once.');
    this.#running += 1;
    try {
      const { name, input } = parseAt(Call, payload, '');
      return await serve(this.#commands, { type: name, payload: input ?? {} }, undefined);
    } finally {
      this.#running -= 1;
    }
  }

  /** Pushes the events that wait: the client has caught up. */
  flush(): void {
    this.#feed.flush();
  }

  close(): void {
    this.#closed = true;
    for (const tryId of this.#trials) this.#stopTrial(tryId);
    this.#stopSamples?.();
    this.#stopEvents?.();
    this.#feed.close();
  }

  /** The engine's commands; those that depend on the connection are answered here. */
  #tableOf({ handlers }: LocalApiParts): ServeTable {
    const own = {
      'samples.watch': ({ on }: CommandRequest<'samples.watch'>) => this.#watchSamples(on),
      'task.follow': ({ taskId }: CommandRequest<'task.follow'>) => this.#follow(taskId),
      'try.start': (input: CommandRequest<'try.start'>) => this.#startTrial(input),
    };
    return serveTable(schemasOf(commands, 'input'), { ...handlers, ...own }, '');
  }

  async #startTrial(input: CommandRequest<'try.start'>): Promise<unknown> {
    const started = await this.#parts.handlers['try.start'](input);
    if (this.#closed) this.#stopTrial(started.tryId);
    else this.#trials.add(started.tryId);
    return started;
  }

  #stopTrial(tryId: string): void {
    this.#parts.handlers['try.stop']({ tryId }).catch((error: unknown) => {
      this.#parts.logger.warn('Could not stop a trial.', { error: toWireError(error).message });
    });
  }

  /** Returns the answer so far; events bring every later piece, and none that is in it. */
  async #follow(taskId: string): Promise<unknown> {
    const meanwhile: EngineEvent[] = [];
    this.#followed.set(taskId, meanwhile);
    const soFar = await this.#answerSoFar(taskId);
    // The reply leaves first.
    this.#parts.clock.setTimer(0, () => {
      if (this.#followed.get(taskId) !== meanwhile) return;
      this.#followed.set(taskId, 'live');
      const later = meanwhile.filter((event) => isAfter(event, soFar));
      for (const event of later) this.#announce(event);
    });
    return soFar;
  }

  async #answerSoFar(taskId: string): Promise<TaskFrame> {
    try {
      return await this.#parts.handlers['task.follow']({ taskId });
    } catch (error) {
      this.#followed.delete(taskId);
      throw error;
    }
  }

  #watchSamples(on: boolean): object {
    this.#stopSamples?.();
    this.#stopSamples = on ? this.#parts.watchSamples((sample) => this.#feed.push(sample)) : undefined;
    return {};
  }

  #announce(event: EngineEvent): void {
    if (event.name === 'try:ended') this.#trials.delete(event.payload.tryId);
    if (event.name === 'task:frame' || event.name === 'task:reset' || event.name === 'task:finished') {
      const followed = this.#followed.get(event.payload.taskId);
      if (followed !== undefined && followed !== 'live') {
        followed.push(event);
        return;
      }
      if (event.name === 'task:finished') this.#followed.delete(event.payload.taskId);
      else if (followed === undefined) return;
    }
    this.#feed.push(event);
  }
}

function isAfter(event: EngineEvent, soFar: TaskFrame): boolean {
  if (event.name === 'task:reset') return event.payload.attempt > soFar.attempt;
  if (event.name !== 'task:frame') return true;
  return isNewer({ attempt: soFar.attempt, tokens: soFar.from + soFar.tokens }, event.payload);
}
