import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/program/CommandContext.ts';
import { withData } from '#main/cli/program/withData.ts';
import { noNumbers } from './earnings.ts';

/** `reputation`: prints score, level and the three layers of the score. */
export async function reputation(context: CommandContext): Promise<ExitCode> {
  return withData(context, async (source) => {
    const { reputation: slice, swarm } = await source.snapshot({});
    if (slice.now === null) throw noNumbers(swarm.joined !== null);
    const { score, level, layers } = slice.now;
    context.line({ score, level, layers, samples: slice.state?.samples ?? null });
    context.say(
      [
        `${score} of 100, ${level}`,
        `  automated checks  ${layers.automated}`,
        `  tasks done        ${layers.success}`,
        `  peer reviews      ${layers.peer}`,
      ].join('\n'),
    );
    return exitCodes.done;
  });
}
