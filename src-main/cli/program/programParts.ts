import { type Command, InvalidArgumentError } from 'commander';
import type { CommandContext, ExitCode } from './CommandContext.ts';

/** Context for adding a group of commands to the program. */
export interface ProgramParts {
  readonly program: Command;
  /** Runs an action with its context and records its exit code. */
  readonly run: (command: Command, action: (context: CommandContext) => Promise<ExitCode>) => Promise<void>;
}

/** Returns a parser for an option that is a whole number between `min` and `max`. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text.trim()) || value < min || value > max) {
      throw new InvalidArgumentError(`Must be a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}
