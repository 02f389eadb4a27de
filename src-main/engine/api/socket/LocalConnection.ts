import type { CommandRequest } from '#shared/api/commands.ts';
import type { EngineEvent } from '#shared/api/events.ts';
import { SwarmError, toWireError } from '#shared/domain/errorCodes.ts';
import type { TaskFrame } from '#shared/domain/tasks/taskView.ts';
import { EventFeed } from './EventFeed.ts';
import type { LocalApiParts } from '#engine/api/localApiContract.ts';
import type { ProofStep } from './ProofStep.ts';
import { parseCall, type ParsedCall, runCall } from './serveCommand.ts';

const callsAtOnce = 128;

/** What a connection of the owner may do once it proved itself. Knows no socket: the transport feeds it. */
export class LocalConnection {
  readonly #parts: LocalApiParts;
  readonly #proof: ProofStep;
  readonly #feed: EventFeed;
  /** Tasks whose answer is followed; those not yet answered collect what happens meanwhile. */
  readonly #followed = new Map<string, EngineEvent[] | 'live'>();
  /** Answers of models that are tried: nobody else can stop them, so they end with the connection. */
  readonly #trials = new Set<string>();
  #proven = false;
  #closed = false;
  #running = 0;
  #stopSamples: (() => void) | undefined;
  #stopEvents: (() => void) | undefined;

  constructor(parts: LocalApiParts, proof: ProofStep, send: (event: EngineEvent) => void) {
    this.#parts = parts;
    this.#proof = proof;
    this.#feed = new EventFeed(parts.clock, send);
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

  /** Parses and runs one command. Rejects with what is wrong with it, or with what its handler throws. */
  async call(payload: unknown): Promise<unknown> {
    if (!this.#proven) throw new SwarmError('unauthenticated');
    if (this.#running >= callsAtOnce) throw new SwarmError('overloaded', 'Too many commands at once.');
    this.#running += 1;
    try {
      return await this.#run(parseCall(payload));
    } finally {
      this.#running -= 1;
    }
  }

  close(): void {
    this.#closed = true;
    for (const tryId of this.#trials) this.#stopTrial(tryId);
    this.#stopSamples?.();
    this.#stopEvents?.();
    this.#feed.close();
  }

  async #run(call: ParsedCall): Promise<unknown> {
    if (call.name === 'samples.watch') {
      this.#watchSamples(call.input.on);
      return {};
    }
    if (call.name === 'task.follow') return this.#follow(call.input.taskId);
    if (call.name === 'try.start') return this.#startTrial(call.input);
    return runCall(this.#parts.handlers, call);
  }

  async #startTrial(input: CommandRequest<'try.start'>): Promise<unknown> {
    const started = await this.#parts.handlers['try.start'](input);
    if (this.#closed) this.#stopTrial(started.tryId);
    else this.#trials.add(started.tryId);
    return started;
  }

  #stopTrial(tryId: string): void {
    this.#parts.handlers['try.stop']({ tryId }).catch((error: unknown) => {
      this.#parts.logger.warn('a trial could not be stopped', { error: toWireError(error).message });
    });
  }

  /** Gives the answer so far; every piece after it, and none of those in it, follows as an event. */
  async #follow(taskId: string): Promise<unknown> {
    const meanwhile: EngineEvent[] = [];
    this.#followed.set(taskId, meanwhile);
    const soFar = await this.#answerSoFar(taskId);
    // After the reply has left.
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

  #watchSamples(on: boolean): void {
    this.#stopSamples?.();
    this.#stopSamples = on ? this.#parts.watchSamples((sample) => this.#feed.push(sample)) : undefined;
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
  const { attempt, from } = event.payload;
  return attempt > soFar.attempt || (attempt === soFar.attempt && from >= soFar.from + soFar.tokens);
}
