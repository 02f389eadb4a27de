import type { CommandContext, ExitCode } from '#main/cli/CommandContext.ts';

export interface CoordinatorOptions {
  readonly host: string;
  readonly port?: number;
  readonly data?: string;
  readonly private: boolean;
  readonly grant?: string;
}
export async function coordinator(_context: CommandContext, _options: CoordinatorOptions): Promise<ExitCode> {
  throw new Error('not yet');
}
