import { fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import type { TaskRecord } from '#coordinator/books/records.ts';
import type { Ticket } from '#coordinator/swarm/matching/Ticket.ts';
import { WaitingTickets } from '#coordinator/swarm/matching/WaitingTickets.ts';
import { workTicket } from '#coordinator/swarm/tasks/life/workTicket.ts';
import { Priority } from '#shared/domain/tasks/task.ts';
import { liveTask } from '#test/helpers/swarm/liveTasks.ts';

function waitingTicket({ at = 0, ...change }: Partial<TaskRecord> & { at?: number }): Ticket {
  return workTicket(liveTask(change, { acceptedAt: at, deadline: 1e6 }), { private: true });
}

const node = { nodeId: 'node_a', digests: ['d1'], types: ['code_completion' as const] };

describe('WaitingTickets', () => {
  test('tickets leave by priority, then age, each once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ priority: fc.constantFrom(...Priority.options), at: fc.nat(50) }), { maxLength: 30 }),
        (facts) => {
          const queue = new WaitingTickets();
          const tickets = facts.map((fact, index) =>
            waitingTicket({ ...fact, taskId: `T${String(index).padStart(3, '0')}` }),
          );
          for (const ticket of tickets) queue.add(ticket);
          const order: string[] = [];
          for (let next = queue.best(node, () => true); next !== undefined; next = queue.best(node, () => true)) {
            order.push(next.id);
            queue.remove(next.id);
          }
          const expected = tickets.toSorted(
            (a, b) =>
              Priority.options.indexOf(b.priority) - Priority.options.indexOf(a.priority) ||
              a.acceptedAt - b.acceptedAt ||
              (a.id < b.id ? -1 : 1),
          );
          expect(order).toEqual(expected.map(({ id }) => id));
          expect(queue.size).toBe(0);
        },
      ),
    );
  });

  test('a node sees what it could serve: its type, its model, what is for it alone', () => {
    const queue = new WaitingTickets();
    queue.add(waitingTicket({ taskId: 'other type', type: 'chat' }));
    queue.add(waitingTicket({ taskId: 'other model', model: 'd2' }));
    queue.add(waitingTicket({ taskId: 'other node', onlyNodeId: 'node_b' }));
    expect(queue.best(node, () => true)).toBeUndefined();
    queue.add(waitingTicket({ taskId: 'own node', onlyNodeId: 'node_a', at: 1 }));
    queue.add(waitingTicket({ taskId: 'own model', model: 'd1', at: 2 }));
    expect(queue.best(node, () => true)?.id).toBe('own node');
    expect(queue.best(node, ({ facts }) => facts.digest === 'd1')?.id).toBe('own model');
  });
});
