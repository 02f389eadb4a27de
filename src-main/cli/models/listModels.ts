import type { ModelSlice } from '#shared/api/snapshot.ts';
import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/program/CommandContext.ts';
import { adviceLine, earningOf } from '#main/cli/tasks/earningFields.ts';
import { formatTable } from '#main/cli/program/formatTable.ts';
import { withModels } from './withModels.ts';

/** `models`: prints a line per installed model. */
export async function models(context: CommandContext): Promise<ExitCode> {
  return withModels(context, async (library) => {
    const { models: rows } = await library.call('snapshot', {});
    const advice = await library.call('models.advice', {});
    for (const row of rows) context.line({ ...row, earning: earningOf(advice, row) });
    context.say(
      rows.length === 0
        ? 'No models are installed.'
        : formatTable(
            ['NAME', 'STATE', '>SIZE MB', '>SLOTS', '>TOKENS/S', 'TYPES', 'DIGEST'],
            rows.map((row) => [
              row.name,
              stateOf(row),
              (row.sizeBytes / 1e6).toFixed(1),
              `${row.busy}/${row.slots}`,
              row.tokensPerSecond === null ? '' : String(Math.round(row.tokensPerSecond)),
              row.types.join(' '),
              row.digest.slice(0, 12),
            ]),
          ),
    );
    context.say(adviceLine(advice));
    return exitCodes.done;
  });
}

function stateOf({ state, problem, admitted }: ModelSlice): string {
  if (problem !== null) return `${state}: ${problem}`;
  return admitted === false ? `${state}, not in this swarm's catalogue` : state;
}
