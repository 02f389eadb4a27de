import { CommanderError } from 'commander';
import { z } from 'zod';
import { errorKinds, fromZodError, SwarmError } from '#shared/domain/errorCodes.ts';
import { buildProgram } from './buildProgram.ts';
import { type CommandWorld, exitCodes, type ExitCode } from './CommandContext.ts';
import { WrongUseError } from './WrongUseError.ts';

interface Failure {
  readonly exitCode: ExitCode;
  readonly code: string;
  readonly message: string;
  readonly field?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** Runs one command line and gives its exit code; never rejects. */
export async function runCommandLine(args: readonly string[], world: CommandWorld): Promise<ExitCode> {
  const json = args.includes('--json');
  let exitCode: ExitCode = exitCodes.done;
  const program = buildProgram(world, (code) => (exitCode = code));
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return exitCodes.done;
    const { exitCode: failed, ...told } = failureOf(thrown);
    if (json) world.out(`${JSON.stringify({ event: 'error', ...told })}\n`);
    // Commander has said it on stderr already.
    if (!(thrown instanceof CommanderError)) world.note(told.message);
    return failed;
  }
}

function failureOf(thrown: unknown): Failure {
  if (thrown instanceof CommanderError) {
    return { exitCode: exitCodes.wrongUse, code: 'wrong_use', message: thrown.message.replace(/^error: /, '') };
  }
  if (thrown instanceof WrongUseError) {
    return { exitCode: exitCodes.wrongUse, code: thrown.code, message: thrown.message };
  }
  if (thrown instanceof SwarmError) {
    const { code, message, field, details } = thrown;
    // A field that the engine refused is an option or an argument that somebody typed.
    const exitCode = code === 'invalid_message' ? exitCodes.wrongUse : exitCodes.failed;
    return { exitCode, code, message, field, details };
  }
  if (thrown instanceof z.ZodError) return { exitCode: exitCodes.wrongUse, ...fromZodError(thrown) };
  const message = thrown instanceof Error ? thrown.message : errorKinds.internal.sentence;
  return { exitCode: exitCodes.failed, code: 'internal', message };
}
