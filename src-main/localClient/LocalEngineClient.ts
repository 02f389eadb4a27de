import { z } from 'zod';
import { commands, type CommandInput, type CommandName, type CommandOutput } from '#shared/api/commands.ts';
import { engineEvents, type EngineEventName, type EngineEventPayload } from '#shared/api/events.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { type EngineAddress, type EngineLinkState, EngineSocketTransport } from './EngineSocketTransport.ts';

const Push = z.object({ name: z.string(), payload: z.unknown() });

type Listener = (payload: unknown) => void;

/**
 * Client of the engine on this machine, with typed commands and events. All incoming data is validated here; unknown
 * events of a newer engine are ignored.
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

  /**
   * Connects and proves the secret. Rejects with `engine_not_running`, or `secret_wrong` when the other side does not
   * have the secret.
   */
  async connect(): Promise<void> {
    this.#transport.open();
    const state = await this.#settled();
    if (state === 'open') return;
    this.close();
    if (state === 'offline') throw new SwarmError('engine_not_running');
    throw new SwarmError('secret_wrong', 'The program on the port does not have the secret of this data folder.');
  }

  /** Connects without waiting; `onState` reports the result. */
  open(): void {
    this.#transport.open();
  }

  /** Sends a command and returns its result. Rejects with a `SwarmError`. */
  async call<K extends CommandName>(name: K, input: CommandInput<K>): Promise<CommandOutput<K>> {
    const payload = await this.#transport.call(name, input);
    const schema: z.ZodType = commands[name].output;
    const parsed = schema.safeParse(payload);
    if (!parsed.success) throw new SwarmError('invalid_message', `The engine returned an invalid result for ${name}.`);
    // Indexing the table loses the relation between a name and its schema's type.
    return parsed.data as CommandOutput<K>;
  }

  /** Calls the listener for each event of this name. Returns a function that unsubscribes it. */
  on<K extends EngineEventName>(name: K, listener: (payload: EngineEventPayload<K>) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    const wrapped: Listener = (payload) => listener(payload as EngineEventPayload<K>);
    this.#listeners.set(name, listeners.add(wrapped));
    return () => listeners.delete(wrapped);
  }

  /** Calls the listener after each change of the connection state. Returns a function that unsubscribes it. */
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
