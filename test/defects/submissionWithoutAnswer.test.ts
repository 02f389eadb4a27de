import { expect, it } from 'vitest';
import { openEngineStore } from '#engine/store/openEngineStore.ts';
import { Submissions } from '#engine/requests/Submissions.ts';
import { Submission } from '#shared/domain/tasks/task.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';
import { SeededRandom } from '#test/simulation/SeededRandom.ts';
import { ProcessClock, VirtualClock } from '#test/simulation/VirtualClock.ts';

// Found by a simulation: a submission whose answer was lost while the connection stayed was only sent again at the next
// connect, which may never come.
it('a submission without an answer is sent again on the same connection', async () => {
  const world = new VirtualClock();
  const clock = new ProcessClock(world);
  const store = openEngineStore({ file: ':memory:', clock, soon: (run) => void clock.setTimer(0, run) });
  const sent: string[] = [];
  const submissions = new Submissions({
    clock,
    random: new SeededRandom(1),
    logger: silentLogger,
    store,
    swarmId: () => 'swarm',
    connected: () => true,
    reconnect: () => {},
    ask: (type) => {
      sent.push(type);
      return Promise.resolve({ ok: false, error: { code: 'timeout', message: 'No answer.' } });
    },
    emit: () => {},
    onChange: () => {},
  });
  submissions.load('swarm');
  const submission = Submission.parse({
    type: 'chat',
    messages: [{ role: 'user', content: 'Hello' }],
    maxTokens: 8,
    deadlineMs: 60_000,
  });
  void submissions.submit(submission, { detach: false });
  await new Promise(setImmediate);
  while (await world.step(5000));
  expect(sent.filter((type) => type === 'task:submit').length).toBeGreaterThan(1);
  store.close();
});
