import { csvOf } from '#renderer/format/csv.ts';
import type { TaskRow } from '#shared/api/history.ts';

const header = [
  'task',
  'role',
  'type',
  'status',
  'model',
  'output tokens',
  'milliseconds',
  'quality',
  'credits',
  'created',
  'finished',
  'prompt',
];

/** The task table as CSV with unsigned amounts. Includes prompts of the owner's tasks only; those of others are not kept. */
export function tasksCsv(rows: readonly TaskRow[]): string {
  return csvOf(
    header,
    rows.map((row) => [
      row.taskId,
      row.role,
      row.type,
      row.status,
      row.modelName ?? '',
      String(row.outputTokens),
      row.tookMs === null ? '' : String(Math.round(row.tookMs)),
      row.quality === null ? '' : String(row.quality),
      row.credits,
      new Date(row.createdAt).toISOString(),
      row.finishedAt === null ? '' : new Date(row.finishedAt).toISOString(),
      row.preview ?? '',
    ]),
  );
}
