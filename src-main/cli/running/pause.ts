import type { Contribution } from '#shared/api/snapshot.ts';
import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/program/CommandContext.ts';
import { reasonLine } from './reasonLine.ts';
import { withEngine } from '#main/cli/program/withEngine.ts';

/** Options of `pause`; `for` is in milliseconds. */
export interface PauseOptions {
  readonly for?: number;
  readonly until?: 'tomorrow';
  readonly finish: boolean;
}

/** `pause`: stops working for others until resumed, or for a while. */
export async function pause(context: CommandContext, options: PauseOptions): Promise<ExitCode> {
  return withEngine(context, async (client) => {
    const until = options.until === undefined ? {} : { until: options.until };
    await client.call('contribution.pause', { forMs: options.for ?? null, ...until, finish: options.finish });
    const { contribution } = await client.call('snapshot', {});
    printState(context, 'paused', contribution);
    return exitCodes.done;
  });
}

/** `resume`: ends a pause and prints what else prevents work, if anything. */
export async function resume(context: CommandContext): Promise<ExitCode> {
  return withEngine(context, async (client) => {
    await client.call('contribution.resume', {});
    const { contribution } = await client.call('snapshot', {});
    printState(context, 'resumed', contribution);
    return exitCodes.done;
  });
}

function printState(context: CommandContext, event: string, { state, reason }: Contribution): void {
  context.line({ event, state, reason: reasonLine(reason) });
  context.say(`${reason.title}. ${reason.text}`.trim());
}
