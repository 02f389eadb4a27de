import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/program/CommandContext.ts';
import { parseTaskId } from './parseTaskId.ts';
import { withEngine } from '#main/cli/program/withEngine.ts';

/** `cancel ID`: cancels one of your tasks; the part of the answer that arrived is kept and paid. */
export async function cancel(context: CommandContext, id: string): Promise<ExitCode> {
  const taskId = parseTaskId(id);
  return withEngine(context, async (client) => {
    await client.call('task.cancel', { taskId });
    const { status } = await client.call('task.get', { taskId });
    context.line({ taskId, status });
    context.say(`${taskId}: ${status}`);
    return exitCodes.done;
  });
}
