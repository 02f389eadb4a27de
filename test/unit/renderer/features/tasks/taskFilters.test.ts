import { describe, expect, it } from 'vitest';
import { allTasks, filterInput } from '#renderer/features/tasks/taskFilters.ts';
import { tasksCsv } from '#renderer/features/tasks/tasksCsv.ts';
import { TaskFilter, type TaskRow } from '#shared/api/history.ts';

const today = new Date(2026, 10, 20).getTime();

describe('the filters of the task table', () => {
  it('select everything by default', () => {
    expect(filterInput(allTasks, today)).toEqual({});
  });

  it('become the query of the engine', () => {
    const input = filterInput({ whose: 'requester', state: 'done', period: 'week', text: ' cache ' }, today);
    expect(input).toEqual({
      role: 'requester',
      statuses: ['completed', 'accepted'],
      since: today - 6 * 86_400_000,
      text: 'cache',
    });
    expect(TaskFilter.safeParse(input).success).toBe(true);
  });

  it('export without signs and with defused formulas', () => {
    const row: TaskRow = {
      taskId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
      role: 'requester',
      type: 'chat',
      status: 'completed',
      preview: '=1+1',
      modelName: 'Starter',
      outputTokens: 3,
      tookMs: 12.6,
      quality: null,
      credits: '0.174',
      partial: false,
      createdAt: 0,
      finishedAt: 1000,
    };
    const [, line] = tasksCsv([row]).split('\r\n');
    expect(line).toBe(
      "01ARZ3NDEKTSV4RRFFQ69G5FAV,requester,chat,completed,Starter,3,13,,0.174,1970-01-01T00:00:00.000Z,1970-01-01T00:00:01.000Z,'=1+1",
    );
  });
});
