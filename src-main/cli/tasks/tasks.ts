import type { TaskDetail, TaskRow } from '#shared/api/history.ts';
import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/program/CommandContext.ts';
import { formatTable, formatTime, withoutSign } from '#main/cli/program/formatTable.ts';
import { parseTaskId } from './parseTaskId.ts';
import { withData } from '#main/cli/program/withData.ts';

/** `tasks`: prints a line per task, own ones and those of others, newest first. */
export async function tasks(context: CommandContext, options: { limit: number }): Promise<ExitCode> {
  return withData(context, async (source) => {
    const { rows, total } = await source['task.list']({ limit: options.limit, offset: 0 });
    for (const row of rows) context.line(taskLine(row));
    context.say(rows.length === 0 ? 'No tasks yet.' : tableOf(rows));
    if (total > rows.length) context.note(`${total - rows.length} older tasks are not shown (--limit).`);
    return exitCodes.done;
  });
}

/** `tasks show ID`: prints all that is stored about a task. */
export async function showTask(context: CommandContext, id: string): Promise<ExitCode> {
  const taskId = parseTaskId(id);
  return withData(context, async (source) => {
    const detail = await source['task.get']({ taskId });
    context.line(detailLine(detail));
    context.say(textOf(detail));
    return exitCodes.done;
  });
}

function taskLine(row: TaskRow): Record<string, unknown> {
  return {
    taskId: row.taskId,
    role: row.role,
    type: row.type,
    status: row.status,
    outputTokens: row.outputTokens,
    credits: withoutSign(row.credits),
    createdAt: new Date(row.createdAt).toISOString(),
    finishedAt: row.finishedAt === null ? null : new Date(row.finishedAt).toISOString(),
    partial: row.partial,
    quality: row.quality,
  };
}

/**
 * Times as ISO text and amounts without sign, as in all lines; entries keep their sign, which gives their direction.
 */
function detailLine(detail: TaskDetail): Record<string, unknown> {
  return {
    ...detail,
    ...taskLine(detail),
    fee: withoutSign(detail.fee),
    text: detail.output,
    nodeId: detail.otherId,
    timeline: detail.timeline.map((step) => ({ ...step, at: new Date(step.at).toISOString() })),
    entries: detail.entries.map((entry) => ({ ...entry, at: new Date(entry.at).toISOString() })),
  };
}

function tableOf(rows: readonly TaskRow[]): string {
  return formatTable(
    ['TASK', 'CREATED', 'ROLE', 'TYPE', 'STATUS', '>TOKENS', '>CREDITS', 'PROMPT'],
    rows.map((row) => [
      row.taskId,
      formatTime(row.createdAt),
      row.role,
      row.type,
      row.status,
      String(row.outputTokens),
      withoutSign(row.credits),
      (row.preview ?? '').slice(0, 40),
    ]),
  );
}

function textOf(detail: TaskDetail): string {
  const steps = detail.timeline.map((step) => `  ${formatTime(step.at)}  ${step.step}  ${step.detail}`.trimEnd());
  const receipts = detail.receiptsValid === null ? [] : [`Receipts: ${detail.receiptsValid ? 'valid' : 'NOT VALID'}`];
  return [
    `${detail.taskId}: ${detail.type}, ${detail.status}${detail.partial ? ' (partial)' : ''}, as ${detail.role}`,
    ...(detail.reason === null ? [] : [detail.reason]),
    `${detail.outputTokens} tokens, ${withoutSign(detail.credits)} credits (fee ${withoutSign(detail.fee)})`,
    ...receipts,
    ...steps,
    ...(detail.output === null ? [] : ['', detail.output]),
  ].join('\n');
}
