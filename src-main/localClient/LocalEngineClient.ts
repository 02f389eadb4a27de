import { z } from 'zod';
import { commands, type CommandInput, type CommandName, type CommandOutput } from '#shared/api/commands.ts';
import { engineEvents, type EngineEventName, type EngineEventPayload } from '#shared/api/events.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { type EngineAddress, type EngineLinkState, EngineSocketTransport } from './EngineSocketTransport.ts';

const Push = z.object({ name: z.string(), payload: z.unknown() });

type Listener = (payload: unknown) => void;

/**
 * Drives the engine of this machine: typed commands, typed events. What arrives is parsed here once; events of a newer
 * engine that are not known here are left out.
 */
export class LocalEngineClient {
  readonly #transport: EngineSocketTransport;
  readonly #listeners = new Map<EngineEventName, Set<Listener>>();
  readonly #stateListeners = new Set<(state: EngineLinkState) => void>();
  #state: EngineLinkState = 'connecting';

  constructor(address: EngineAddress) {
    this.#transport = new EngineSocketTransport(address, {
      onState: (state) => this.#changed(state),
      onPush: (message) => this.#pushed(message),
    });
  }

  /** Connects and proves the secret. Rejects with `engine_not_running` or, when something else answers, `secret_wrong`. */
  async connect(): Promise<void> {
    this.#transport.open();
    const state = await this.#settled();
    if (state === 'open') return;
    this.close();
    if (state === 'offline') throw new SwarmError('engine_not_running');
    throw new SwarmError('secret_wrong', 'What answers on the port does not know the secret of this data folder.');
  }

  /** Connects and keeps trying; the state is announced through `onState`. */
  open(): void {
    this.#transport.open();
  }

  /** Asks the engine; rejects with a `SwarmError`. */
  async call<K extends CommandName>(name: K, input: CommandInput<K>): Promise<CommandOutput<K>> {
    const payload = await this.#transport.call(name, input);
    const schema: z.ZodType = commands[name].output;
    const parsed = schema.safeParse(payload);
    if (!parsed.success) throw new SwarmError('invalid_message', `The engine's answer to ${name} is not understood.`);
    // The table pairs each name with its schema; TypeScript loses that when the table is indexed.
    return parsed.data as CommandOutput<K>;
  }

  /** Calls `listener` for each event of this name; returns the function that ends it. */
  on<K extends EngineEventName>(name: K, listener: (payload: EngineEventPayload<K>) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    const wrapped: Listener = (payload) => listener(payload as EngineEventPayload<K>);
    this.#listeners.set(name, listeners.add(wrapped));
    return () => listeners.delete(wrapped);
  }

  onState(listener: (state: EngineLinkState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  close(): void {
    this.#transport.close();
  }

  async #settled(): Promise<EngineLinkState> {
    if (this.#state !== 'connecting') return this.#state;
    return new Promise((resolve) => {
      const stop = this.onState((state) => {
        stop();
        resolve(state);
      });
    });
  }

  #changed(state: EngineLinkState): void {
    this.#state = state;
    for (const listener of this.#stateListeners) listener(state);
  }

  #pushed(message: unknown): void {
    const push = Push.safeParse(message);
    if (!push.success || !isEventName(push.data.name)) return;
    const schema: z.ZodType = engineEvents[push.data.name];
    const payload = schema.safeParse(push.data.payload);
    if (!payload.success) return;
    for (const listener of this.#listeners.get(push.data.name) ?? []) listener(payload.data);
  }
}

function isEventName(name: string): name is EngineEventName {
  return Object.hasOwn(engineEvents, name);
}
