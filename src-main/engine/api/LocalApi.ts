import type { CommandHandlers } from '#shared/api/commands.ts';
import type { EngineEvent } from '#shared/api/events.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';

/** Commands that concern one connection or the local API itself; the engine serves the others. */
type OwnCommand = 'samples.watch' | 'ui.address';

/** Handlers of the commands behind the local API. */
export type ApiHandlers = Omit<CommandHandlers, OwnCommand>;

/** Ends a subscription; calling it twice does nothing. */
export type Unsubscribe = () => void;

/** The parts that every connection shares. */
export interface LocalApiParts {
  readonly handlers: CommandHandlers;
  /** Calls back for every event of the engine. */
  readonly subscribe: (listener: (event: EngineEvent) => void) => Unsubscribe;
  /** Samples the machine while somebody listens. */
  readonly watchSamples: (listener: (event: EngineEvent) => void) => Unsubscribe;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly version: string;
}

export interface LocalApiOptions extends Omit<LocalApiParts, 'handlers'> {
  readonly handlers: ApiHandlers;
  /** HOME/run: secrets and engine.json. */
  readonly runFolder: string;
  /** Folder of the built page. */
  readonly pageFolder: string;
  /** Requested port; 0 chooses a free one, undefined the one of the last run. */
  readonly port: number | undefined;
  /** Process id, for engine.json. */
  readonly pid: number;
}

/** The open local API. */
export interface LocalApi {
  readonly port: number;
  /** True when another program uses the port of the last run. */
  readonly portMoved: boolean;
  /** Address for a browser, with a new code that works once. */
  readonly newAddress: () => string;
  /** Closes every connection and removes engine.json. */
  readonly close: () => Promise<void>;
}
