import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/program/CommandContext.ts';
import { parseTaskId } from './parseTaskId.ts';
import { withEngine } from '#main/cli/program/withEngine.ts';

/** `tasks forget ID`: deletes the texts of one of your tasks, here and at the coordinator. */
export async function forgetTask(context: CommandContext, id: string): Promise<ExitCode> {
  const taskId = parseTaskId(id);
  return withEngine(context, async (client) => {
    await client.call('task.forget', { taskId });
    context.line({ taskId, forgotten: true });
    context.say(`Deleted the prompt and the answer of ${taskId}.`);
    return exitCodes.done;
  });
}
