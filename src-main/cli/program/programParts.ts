import { type Command, InvalidArgumentError } from 'commander';
import type { CommandContext, ExitCode } from './CommandContext.ts';

/** What a family of commands gets to add itself. */
export interface ProgramParts {
  readonly program: Command;
  /** Makes an action: context first, exit code kept. */
  readonly run: (command: Command, action: (context: CommandContext) => Promise<ExitCode>) => Promise<void>;
}

/** Parser of an option that is a whole number within bounds. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text.trim()) || value < least || value > most) {
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}
