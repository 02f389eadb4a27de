import type { LocalEngineClient } from '#main/localClient/LocalEngineClient.ts';

/** Exit codes of the command: done, failed, wrong use. */
export const exitCodes = { done: 0, failed: 1, wrongUse: 2 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The world as a command sees it, so that commands can be tried without a terminal. */
export interface CommandWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Writes to stdout as it is. */
  readonly out: (text: string) => void;
  /** Writes a line to stderr. */
  readonly note: (line: string) => void;
  readonly readInput: () => Promise<string>;
  /** Asks a person without showing what is typed; rejects when nobody is there, and names the `other` way. */
  readonly askHidden: (question: string, other: string) => Promise<string>;
  /** Calls back on Ctrl-C or SIGTERM instead of ending; gives the function that ends this. */
  readonly onInterrupt: (run: () => void) => () => void;
}

/** What every command works with. */
export interface CommandContext extends CommandWorld {
  /** Absolute data folder. */
  readonly home: string;
  readonly json: boolean;
  /** One JSON object per line, with `--json` only. */
  readonly line: (value: Readonly<Record<string, unknown>>) => void;
  /** A line for people, without `--json` only. */
  readonly say: (text: string) => void;
}

/** Adds the output rules to the world. */
export function createContext(world: CommandWorld, options: { home: string; json: boolean }): CommandContext {
  return {
    ...world,
    ...options,
    line: (value) => {
      if (options.json) world.out(`${JSON.stringify(value)}\n`);
    },
    say: (text) => {
      if (!options.json) world.out(`${text}\n`);
    },
  };
}

/** A command that has something to do with a running engine. */
export type EngineCommand = (client: LocalEngineClient) => Promise<ExitCode>;
