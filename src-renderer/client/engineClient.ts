import { EngineEvent } from '#shared/api/events.ts';
import { commands, type CommandInput, type CommandName, type CommandOutput } from '#shared/api/commands.ts';
import type { EngineAccess } from '#renderer/client/engineAccess.ts';
import { EngineTransport, type LinkState } from '#renderer/client/EngineTransport.ts';

/** Asks the engine; rejects with a `SwarmError`. */
export type EngineCall = <K extends CommandName>(name: K, input: CommandInput<K>) => Promise<CommandOutput<K>>;

export interface EngineClient {
  readonly call: EngineCall;
  /** Tries to connect at once. */
  readonly retry: () => void;
  readonly close: () => void;
}

interface ClientEvents {
  readonly onState: (state: LinkState) => void;
  readonly onEvent: (event: EngineEvent) => void;
}

/** Connects to the engine. What arrives is parsed here once; the rest of the interface works with types. */
export function createEngineClient(access: EngineAccess, events: ClientEvents): EngineClient {
  const transport = new EngineTransport(access, {
    onState: events.onState,
    onPush: (message) => {
      // An event of a newer engine that is not known here is left out, not an error.
      const event = EngineEvent.safeParse(message);
      if (event.success) events.onEvent(event.data);
    },
  });
  transport.open();
  return {
    call: async (name, input) => {
      const payload = await transport.call(name, input);
      // The table pairs each name with its schema; TypeScript loses that when the table is indexed by a parameter.
      return commands[name].output.parse(payload) as CommandOutput<typeof name>;
    },
    retry: () => transport.retry(),
    close: () => transport.close(),
  };
}
