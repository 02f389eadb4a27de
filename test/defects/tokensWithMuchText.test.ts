import { expect, test } from 'vitest';
import { oddityOf } from '#coordinator/judging/quality/oddities.ts';
import { joinNode, joinWorker, passWelcome, startSwarm, until } from '#test/integration/coordinator/startSwarm.ts';

// A token could bring 64 KiB of text: an answer of 1,500 tokens took 94 MiB, and its requester could not be told of it.
test('a chunk whose text is far too long for its tokens ends its assignment', async () => {
  const swarm = await startSwarm();
  const worker = await joinWorker(swarm);
  const asker = await joinNode(swarm);
  await passWelcome(asker);
  asker.takesOffers = false;
  await asker.submit({ maxTokens: 500 });
  const answer = await until(() => worker.answers[0]);
  const fair = await answer.send(...Array.from({ length: 8 }, () => answer.chunk([7], 'x'.repeat(250))));
  expect(fair).toMatchObject({ ok: true, payload: { stored: 8, state: 'running' } });
  const reply = await answer.send(answer.chunk([7], 'x'.repeat(65_536)));
  expect(reply).toMatchObject({ ok: false, error: { field: 'payload.chunks.0.text' } });
  expect(swarm.coordinator.rooms.life.run(answer.assign.assignmentId)).toBeUndefined();
});

// Looking for what is odd took seconds: for each of 64 units the whole answer, for a copy answer times request.
test('the longest answers are read a few times, not once for each unit', () => {
  const long = 'a'.repeat(8_000_000);
  const once = Math.min(...[1, 2, 3].map(() => processorMs(() => sumOf(long))));
  const looking = processorMs(() => {
    expect(oddityOf('', `${long}b`)).toBeNull();
    expect(oddityOf('', long)).toBe('repeating');
    const half = 'a'.repeat(40_000);
    expect(oddityOf('a'.repeat(262_144), `${half}b${half}`)).toBeNull();
    expect(oddityOf(`${half}c${half}b${half}.`, `${half}b${half}`)).toBe('copied');
  });
  // About six times; it was over a hundred.
  expect(looking).toBeLessThan(40 * once);
});

/** The processor's time for something, which other programs do not lengthen as they lengthen the time on the wall. */
function processorMs(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Reads a text once. */
function sumOf(text: string): number {
  let sum = 0;
  for (let at = 0; at < text.length; at += 1) sum += text.codePointAt(at) ?? 0;
  return sum;
}
