import { expect, test } from 'vitest';
import { taskCards } from '#renderer/format/taskCards.ts';
import type { RunningTask } from '#shared/api/snapshot.ts';

function running(taskId: string, role: RunningTask['role']): RunningTask {
  return {
    taskId,
    role,
    type: 'code_completion',
    status: 'running',
    modelName: null,
    other: null,
    startedAt: 0,
    outputTokens: 0,
    maxTokens: 10,
    tokensPerSecond: null,
    textShown: true,
    waitingFor: null,
  };
}

test('an own task that runs here is one card, the owner’s; others keep their side', () => {
  const cards = taskCards([
    running('a', 'node'),
    running('a', 'requester'),
    running('b', 'node'),
    running('c', 'requester'),
  ]);
  expect(cards.map(({ task, here }) => [task.taskId, task.role, here])).toEqual([
    ['a', 'requester', true],
    ['b', 'node', false],
    ['c', 'requester', false],
  ]);
});
