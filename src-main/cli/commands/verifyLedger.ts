import type { CommandContext, ExitCode } from '#main/cli/CommandContext.ts';
export async function verify(_context: CommandContext, _folder: string): Promise<ExitCode> {
  throw new Error('not yet');
}
