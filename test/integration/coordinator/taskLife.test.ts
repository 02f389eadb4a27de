import { expect, test } from 'vitest';
import { parseCredits } from '#shared/domain/money/credits.ts';
import { joinNode, startSwarm, until } from './startSwarm.ts';

test('a task is submitted, offered without its text, assigned, streamed, checked and paid', async () => {
  const swarm = await startSwarm();
  const worker = await joinNode(swarm);
  worker.onAssign = async (answer) => {
    await answer.send(answer.chunk([10, 11]));
    await answer.send(answer.chunk([12, 2]));
    await answer.finish('eog');
  };
  const requester = await joinNode(swarm);
  requester.takesOffers = false;
  const { taskId, status } = await requester.submit();
  expect(status).toBe('queued');
  const done = await until(() => requester.events.find(({ event }) => event.type === 'task:completed'));
  expect(done.event).toMatchObject({ task: { taskId, status: 'completed', outputTokens: 4, finish: 'eog' } });
  expect(JSON.stringify(worker.offers)).not.toContain('function add');
  expect(requester.frames.map(({ text }) => text).join('')).toBe(' t10 t11 t12');
  const paid = await requester.ask('account:read', {});
  const earned = await worker.ask('account:read', {});
  const welcome = worker.events.flatMap(({ event }) => (event.type === 'earnings:credited' ? [event.earning] : []));
  expect(welcome.some((earning) => earning.taskId === taskId && parseCredits(earning.credits) > 0n)).toBe(true);
  expect(parseCredits(paid.balances.spent)).toBeGreaterThan(0n);
  expect(parseCredits(earned.balances.earned)).toBeGreaterThan(0n);
});
