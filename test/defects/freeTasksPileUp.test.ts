import { expect, test } from 'vitest';
import { ulid } from 'ulid';
import { capabilities, ScriptedNode, submission } from '#test/integration/coordinator/ScriptedNode.ts';
import { startSwarm, until } from '#test/integration/coordinator/startSwarm.ts';

// Tasks for one's own nodes cost nothing and wait for up to a day with their texts: anybody could fill the memory.
test('an account without credits cannot fill the memory with tasks that wait', async () => {
  const fast = { perSecond: 1e5, burst: 1e5 };
  const swarm = await startSwarm({ private: false, rates: { perAccount: fast, total: fast } });
  const node = new ScriptedNode(swarm.url);
  await node.enrol(null);
  await node.connect({ capabilities: capabilities({ status: 'paused' }) });
  const waiting = (text: string) =>
    node.request('task:submit', {
      taskId: ulid(),
      submission: submission({
        audience: 'own',
        deadlineMs: 86_400_000,
        messages: [{ role: 'user', content: text }],
      }),
    });
  // All at once: what is still being stored counts too.
  const large = await Promise.all(Array.from({ length: 140 }, () => waiting('x'.repeat(250_000))));
  const refused = large.flatMap((reply) => (reply.ok ? [] : [reply.error]));
  expect(large.length - refused.length).toBe(134);
  expect(refused[0]).toMatchObject({ code: 'too_many_tasks', details: { limit: 33_554_432, unit: 'bytes' } });
  const small = await Promise.all(Array.from({ length: 900 }, () => waiting('x')));
  expect(small.filter(({ ok }) => ok)).toHaveLength(1000 - 134);
  expect(small.at(-1)).toMatchObject({ error: { code: 'too_many_tasks', details: { limit: 1000, unit: 'tasks' } } });
  const [first] = [...swarm.coordinator.rooms.life.all()];
  await node.ask('task:cancel', { taskId: first?.record.taskId ?? '' });
  await until(() => swarm.coordinator.rooms.life.size === 999);
  expect(await waiting('x')).toMatchObject({ ok: true });
  node.close();
});
