import { expect, test } from 'vitest';
import { comparable } from '#renderer/features/submit/CompareDialog.tsx';
import type { TaskRow } from '#shared/api/history.ts';

function row(taskId: string, more: Partial<TaskRow> = {}): TaskRow {
  return {
    taskId,
    role: 'requester',
    type: 'code_completion',
    status: 'completed',
    preview: 'class Queue {',
    modelName: 'Starter',
    outputTokens: 10,
    tookMs: 5,
    quality: 90,
    credits: '0.001',
    partial: false,
    createdAt: 1,
    finishedAt: 2,
    ...more,
  };
}

test('lists answers to the same prompt first, then the others in order, without the shown one and those without text', () => {
  const rows = [
    row('other', { preview: 'function add(a, b) {' }),
    row('shown'),
    row('same'),
    row('review', { type: 'code_review' }),
    row('empty', { outputTokens: 0 }),
    row('deleted', { preview: null }),
    row('older'),
  ];
  expect(comparable(rows, 'shown').map(({ taskId }) => taskId)).toEqual(['same', 'older', 'other', 'review']);
  expect(comparable([row('shown')], 'shown')).toEqual([]);
});
