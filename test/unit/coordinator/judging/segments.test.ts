import { expect, test } from 'vitest';
import { judgeSegments } from '#coordinator/judging/segments.ts';
import type { AssignmentRecord, TaskRecord } from '#coordinator/books/records.ts';

const task = {
  type: 'code_completion',
  audience: 'anyone',
  privacy: 'internal',
  welcome: false,
  attempt: 1,
} as TaskRecord;

function assignment(assignmentId: string, more: Partial<AssignmentRecord>): AssignmentRecord {
  const usual = { attempt: 1, kind: 'work', stored: 3, finish: null, assignedAt: 0, endedAt: 10 };
  return { ...usual, assignmentId, ...more } as AssignmentRecord;
}

test('earlier segments count as they were left; one that nothing in memory stands for is ended without pay', () => {
  const judged = judgeSegments(
    task,
    [
      assignment('former attempt', { attempt: 0, status: 'rejected' }),
      assignment('given back', { status: 'handed_over', finish: 'yielded' }),
      assignment('lost', { status: 'lost' }),
      assignment('empty', { status: 'handed_over', stored: 0 }),
      assignment('forgotten', { status: 'running' }),
    ],
    { current: null, quality: null },
  );
  expect(
    judged.map(({ assignmentId, event, accepted, evidence }) => [assignmentId, event, accepted, evidence.kind]),
  ).toEqual([
    ['given back', 'accept', true, 'settled'],
    ['lost', 'accept', true, 'none'],
    ['forgotten', 'cancel', false, 'none'],
  ]);
});
