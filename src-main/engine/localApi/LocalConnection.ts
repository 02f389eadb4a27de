import type { EngineEvent } from '#shared/api/events.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { EventFeed } from './EventFeed.ts';
import type { LocalApiParts } from './localApiContract.ts';
import type { ProofStep } from './ProofStep.ts';
import { parseCall, type ParsedCall, runCall } from './serveCommand.ts';

const callsAtOnce = 128;

/** What a connection of the owner may do once it proved itself. Knows no socket: the transport feeds it. */
export class LocalConnection {
  readonly #parts: LocalApiParts;
  readonly #proof: ProofStep;
  readonly #feed: EventFeed;
  readonly #followed = new Set<string>();
  #proven = false;
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
    this.#stopSamples?.();
    this.#stopEvents?.();
    this.#feed.close();
  }

  async #run(call: ParsedCall): Promise<unknown> {
    if (call.name === 'samples.watch') {
      this.#watchSamples(call.input.on);
      return {};
    }
    // From before the question on, so that no piece falls between its answer and the first event.
    if (call.name === 'task.follow') this.#followed.add(call.input.taskId);
    return runCall(this.#parts.handlers, call);
  }

  #watchSamples(on: boolean): void {
    this.#stopSamples?.();
    this.#stopSamples = on ? this.#parts.watchSamples((sample) => this.#feed.push(sample)) : undefined;
  }

  #announce(event: EngineEvent): void {
    const ofAnswer = event.name === 'task:frame' || event.name === 'task:reset';
    if (ofAnswer && !this.#followed.has(event.payload.taskId)) return;
    this.#feed.push(event);
    if (event.name === 'task:finished') this.#followed.delete(event.payload.taskId);
  }
}
