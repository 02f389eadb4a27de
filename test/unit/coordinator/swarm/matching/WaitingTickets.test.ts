import { fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import type { LiveTask } from '#coordinator/swarm/tasks/LiveTask.ts';
import { createLiveTask } from '#coordinator/swarm/tasks/OpenTasks.ts';
import { WaitingTasks } from '#coordinator/swarm/matching/WaitingTasks.ts';
import { welcomeTask } from '#coordinator/swarm/intake/welcomeTask.ts';
import { Priority } from '#shared/domain/tasks/task.ts';
import type { TaskRecord } from '#coordinator/books/records.ts';

const base = welcomeTask({
  taskId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  nodeId: 'node_a',
  accountId: 'acc_a',
  sizeClass: 'tiny',
  now: 0,
});

function waitingTask(change: Partial<TaskRecord> & { at?: number }): LiveTask {
  const record: TaskRecord = {
    ...base,
    onlyNodeId: null,
    status: 'queued',
    billStatus: 'held',
    cost: 0n,
    fee: 0n,
    attempt: 0,
    failures: 0,
    assignments: 0,
    finish: null,
    partial: false,
    quality: null,
    reason: null,
    unblockedAt: null,
    assignedAt: null,
    firstTokenAt: null,
    finishedAt: null,
    ...change,
  };
  return createLiveTask(record, base.submission, { now: change.at ?? 0, deadline: 1e6 });
}

const node = { nodeId: 'node_a', digests: ['d1'], types: ['code_completion' as const] };

describe('WaitingTasks', () => {
  test('tasks leave by priority, then age, each once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ priority: fc.constantFrom(...Priority.options), at: fc.nat(50) }), { maxLength: 30 }),
        (facts) => {
          const queue = new WaitingTasks();
          const tasks = facts
            .toSorted((a, b) => a.at - b.at)
            .map((fact, index) => waitingTask({ ...fact, taskId: `T${String(index).padStart(3, '0')}` }));
          for (const task of tasks) queue.add(task);
          const order: string[] = [];
          for (let next = queue.best(node, () => true); next !== undefined; next = queue.best(node, () => true)) {
            order.push(next.record.taskId);
            queue.remove(next.record.taskId);
          }
          const expected = tasks.toSorted(
            (a, b) =>
              Priority.options.indexOf(b.record.priority) - Priority.options.indexOf(a.record.priority) ||
              a.acceptedAt - b.acceptedAt,
          );
          expect(order).toEqual(expected.map(({ record }) => record.taskId));
          expect(queue.size).toBe(0);
        },
      ),
    );
  });

  test('a node sees what it could serve: its type, its model, what is for it alone', () => {
    const queue = new WaitingTasks();
    queue.add(waitingTask({ taskId: 'other type', type: 'chat' }));
    queue.add(waitingTask({ taskId: 'other model', model: 'd2' }));
    queue.add(waitingTask({ taskId: 'other node', onlyNodeId: 'node_b' }));
    expect(queue.best(node, () => true)).toBeUndefined();
    queue.add(waitingTask({ taskId: 'own node', onlyNodeId: 'node_a', at: 1 }));
    queue.add(waitingTask({ taskId: 'own model', model: 'd1', at: 2 }));
    expect(queue.best(node, () => true)?.record.taskId).toBe('own node');
    expect(queue.best(node, ({ record }) => record.model === 'd1')?.record.taskId).toBe('own model');
  });
});
