import { expect, test } from 'vitest';
import { joinWorker, startSwarm } from '#test/integration/coordinator/startSwarm.ts';

// Pages were told apart by the time of submission alone: tasks of the same millisecond on both sides of a page's end were lost.
test('every task stands on one page, also those of one moment', async () => {
  const swarm = await startSwarm();
  const node = await joinWorker(swarm);
  node.takesOffers = false;
  const submitted = await Promise.all(Array.from({ length: 20 }, () => node.submit()));
  const seen: string[] = [];
  let next = '/v1/tasks?limit=3';
  for (let pages = 0; next !== '' && pages < 50; pages += 1) {
    const { status, body } = await node.get(next);
    expect(status).toBe(200);
    const page = body as { tasks: { taskId: string }[]; before: string | null };
    seen.push(...page.tasks.map(({ taskId }) => taskId));
    next = page.before === null ? '' : `/v1/tasks?limit=3&before=${page.before}`;
  }
  expect(seen.toSorted()).toEqual(submitted.map(({ taskId }) => taskId).toSorted());
  expect((await node.get('/v1/tasks?before=yesterday')).status).toBe(400);
});
