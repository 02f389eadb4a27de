import type { CommandHandlers } from '#shared/api/commands.ts';
import type { EngineEvent } from '#shared/api/events.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';

/** Commands that concern one connection or the door itself; the rest comes from the engine. */
type DoorCommand = 'samples.watch' | 'ui.address';

/** What stands behind the door. */
export type DoorHandlers = Omit<CommandHandlers, DoorCommand>;

/** Ends a subscription; calling it twice does nothing. */
export type Unsubscribe = () => void;

/** What every connection works with. */
export interface LocalApiParts {
  readonly handlers: CommandHandlers;
  /** Calls the listener for every event of the engine, as it happens. */
  readonly subscribe: (listener: (event: EngineEvent) => void) => Unsubscribe;
  /** Measures the machine while at least one listener is there. */
  readonly watchSamples: (listener: (event: EngineEvent) => void) => Unsubscribe;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly version: string;
}

export interface LocalApiOptions extends Omit<LocalApiParts, 'handlers'> {
  readonly handlers: DoorHandlers;
  /** HOME/run: secrets and engine.json. */
  readonly runFolder: string;
  /** Folder of the built page. */
  readonly pageFolder: string;
  /** Port asked for; 0 takes a free one, undefined the one of the last run. */
  readonly port: number | undefined;
  /** Of this process; goes into engine.json. */
  readonly pid: number;
}

/** The open door. */
export interface LocalApi {
  readonly port: number;
  /** True when the port of the last run was taken and another one is used now. */
  readonly portMoved: boolean;
  /** Address for a browser with a new code, good once. */
  readonly newAddress: () => string;
  /** Closes every connection and removes engine.json. */
  readonly close: () => Promise<void>;
}
