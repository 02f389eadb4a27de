import type { TaskRow } from '#shared/api/history.ts';

/** Answers that one can be laid beside: those to the same prompt first, each part newest first; none without text. */
export function comparable(rows: readonly TaskRow[], taskId: string): readonly TaskRow[] {
  const shown = rows.find((row) => row.taskId === taskId);
  const others = rows.filter((row) => row.taskId !== taskId && row.preview !== null && row.outputTokens > 0);
  const isSame = (row: TaskRow): boolean => row.type === shown?.type && row.preview === shown.preview;
  return [...others.filter(isSame), ...others.filter((row) => !isSame(row))];
}
