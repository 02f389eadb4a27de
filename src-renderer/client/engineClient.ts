import { EngineEvent } from '#shared/api/events.ts';
import { commands, type CommandInput, type CommandName, type CommandOutput } from '#shared/api/commands.ts';
import type { EngineAccess } from '#renderer/client/engineAccess.ts';
import { EngineTransport, type LinkState } from '#renderer/client/EngineTransport.ts';

/** Calls the engine; rejects with a `SwarmError`. */
export type EngineCall = <K extends CommandName>(name: K, input: CommandInput<K>) => Promise<CommandOutput<K>>;

export interface EngineClient {
  readonly call: EngineCall;
  /** Reconnects immediately. */
  readonly retry: () => void;
  readonly close: () => void;
}

interface ClientEvents {
  readonly onState: (state: LinkState) => void;
  readonly onEvent: (event: EngineEvent) => void;
}

/** Connects to the engine. Everything received is parsed here; the rest of the interface works with types. */
export function createEngineClient(access: EngineAccess, events: ClientEvents): EngineClient {
  const transport = new EngineTransport(access, {
    onState: events.onState,
    onPush: (message) => {
      // Unknown events of a newer engine are ignored.
      const event = EngineEvent.safeParse(message);
      if (event.success) events.onEvent(event.data);
    },
  });
  transport.open();
  return {
    call: async (name, input) => {
      const payload = await transport.call(name, input);
      // The table pairs each name with its schema; TypeScript loses that when it is indexed by a parameter.
      return commands[name].output.parse(payload) as CommandOutput<typeof name>;
    },
    retry: () => transport.retry(),
    close: () => transport.close(),
  };
}
