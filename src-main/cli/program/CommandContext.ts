import type { LocalEngineClient } from '#main/localClient/LocalEngineClient.ts';

/** Exit codes of the command. */
export const exitCodes = { done: 0, failed: 1, wrongUse: 2 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The terminal and environment of a command, as an interface, so that tests need no terminal. */
export interface CommandWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Writes text to stdout unchanged. */
  readonly out: (text: string) => void;
  /** Writes a line to stderr. */
  readonly note: (line: string) => void;
  readonly readInput: () => Promise<string>;
  /** Prompts for hidden input. Without a terminal, rejects with a usage error that names the `alternative`. */
  readonly askHidden: (question: string, alternative: string) => Promise<string>;
  /** Calls `run` on Ctrl-C, SIGTERM or SIGHUP instead of exiting. Returns a function that undoes this. */
  readonly onInterrupt: (run: () => void) => () => void;
}

/** Context of every command. */
export interface CommandContext extends CommandWorld {
  /** Absolute data folder. */
  readonly home: string;
  readonly json: boolean;
  /** Prints a JSON object as one line, only with `--json`. */
  readonly line: (value: Readonly<Record<string, unknown>>) => void;
  /** Prints text for people, only without `--json`. */
  readonly say: (text: string) => void;
}

/** Adds the output functions and options to the world. */
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

/** The part of a command that talks to a running engine. */
export type EngineCommand = (client: LocalEngineClient) => Promise<ExitCode>;
