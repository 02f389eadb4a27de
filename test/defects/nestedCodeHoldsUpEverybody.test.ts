import { expect, test } from 'vitest';
import { joinWorker, startSwarm, until } from '#test/integration/coordinator/startSwarm.ts';

// The parser tries every reading of nested type arguments: a request of 100 characters held up the whole coordinator for
// seconds, and each further level doubled that.
test('code that takes a parser for ever is judged without it, and nobody else waits', async () => {
  const swarm = await startSwarm();
  const worker = await joinWorker(swarm);
  // So many that no machine would ever be done with it.
  const levels = 60;
  const content = `${'<a>('.repeat(levels)}x${')'.repeat(levels)}\n`;
  const { taskId } = await worker.submit({ language: 'typescript', messages: [{ role: 'user', content }] });
  const answer = await until(() => worker.answers[0]);
  await answer.send(answer.chunk([7, 2], 'x'));
  const reply = answer.finish('eog');
  for (let beats = 0; beats < 40; beats += 1) await worker.ask('node:beat', {});
  expect(await reply).toMatchObject({ ok: true, payload: { state: 'accepted' } });
  const { body } = await worker.get(`/v1/tasks/${taskId}`);
  expect(body).toMatchObject({ status: 'completed', quality: { dimensions: { correctness: null } } });
});
