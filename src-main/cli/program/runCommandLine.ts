import { CommanderError } from 'commander';
import { z } from 'zod';
import { errorKinds, fromZodError, SwarmError } from '#shared/domain/errorCodes.ts';
import { buildProgram } from './buildProgram.ts';
import { type CommandWorld, exitCodes, type ExitCode } from './CommandContext.ts';
import { UsageError } from './UsageError.ts';

interface Failure {
  readonly exitCode: ExitCode;
  readonly code: string;
  readonly message: string;
  readonly field?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** Runs a command line and returns its exit code; never rejects. */
export async function runCommandLine(args: readonly string[], world: CommandWorld): Promise<ExitCode> {
  const json = args.includes('--json');
  let exitCode: ExitCode = exitCodes.done;
  const program = buildProgram(world, (code) => (exitCode = code));
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return exitCodes.done;
    const { exitCode: failed, ...failure } = failureOf(thrown);
    if (json) world.out(`${JSON.stringify({ event: 'error', ...failure })}\n`);
    // Commander has already printed its errors on stderr.
    if (!(thrown instanceof CommanderError)) world.note(failure.message);
    return failed;
  }
}

function failureOf(thrown: unknown): Failure {
  if (thrown instanceof CommanderError) {
    return { exitCode: exitCodes.wrongUse, code: 'wrong_use', message: thrown.message.replace(/^error: /, '') };
  }
  if (thrown instanceof UsageError) {
    return { exitCode: exitCodes.wrongUse, code: thrown.code, message: thrown.message };
  }
  if (thrown instanceof SwarmError) {
    const { code, message, field, details } = thrown;
    // An invalid field stems from an option or argument of the command.
    const exitCode = code === 'invalid_message' ? exitCodes.wrongUse : exitCodes.failed;
    return { exitCode, code, message, field, details };
  }
  if (thrown instanceof z.ZodError) return { exitCode: exitCodes.wrongUse, ...fromZodError(thrown) };
  const message = thrown instanceof Error ? thrown.message : errorKinds.internal.sentence;
  return { exitCode: exitCodes.failed, code: 'internal', message };
}
