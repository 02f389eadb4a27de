import { expect, test } from 'vitest';
import { WaitingTickets } from '#coordinator/swarm/matching/WaitingTickets.ts';
import { workTicket } from '#coordinator/swarm/tasks/life/workTicket.ts';
import { liveTask } from '#test/helpers/swarm/liveTasks.ts';

// A task whose offer was refused went behind all younger ones of its priority, each time again.
test('a ticket that waits again stands where its age puts it', () => {
  const waiting = new WaitingTickets();
  const ticketFor = (taskId: string, acceptedAt: number) =>
    workTicket(liveTask({ taskId }, { acceptedAt, deadline: 1e9 }), { private: true });
  const [old, young] = [ticketFor('old', 1), ticketFor('young', 2)];
  waiting.add(old);
  waiting.add(young);
  // Offered, and refused.
  waiting.remove(old.id);
  waiting.add(old);
  const node = { nodeId: 'node_a', digests: [], types: ['code_completion'] } as const;
  expect(waiting.best(node, () => true)?.id).toBe('old');
});
