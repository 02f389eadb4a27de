import { expect, test } from 'vitest';
import { recoverTasks } from '#coordinator/swarm/tasks/recoverTasks.ts';
import { assignTask } from '#coordinator/books/commands/assignTask.ts';
import { enrolNode } from '#coordinator/books/commands/enrolNode.ts';
import { submitTask } from '#coordinator/books/commands/submitTask.ts';
import { openStorage } from '#coordinator/storage/openStorage.ts';
import { createSigningKey, keyId } from '#node/keys/keys.ts';
import { systemClock } from '#node/systemClock.ts';
import { enrolment, newAssignment, newMember, newTask } from '#test/helpers/storeCommands.ts';
import { temporaryFolder } from '#test/integration/coordinator/startSwarm.ts';

// The time that a coordinator was down was given back to waiting tasks in memory alone: a second restart, however short, took
// it away again, and they expired.
test('a task that waited through a long stop does not expire at the next start', async () => {
  const signingKey = createSigningKey();
  const folder = temporaryFolder();
  const open = (downMs: number) =>
    openStorage({
      folder,
      clock: systemClock,
      swarmId: keyId('swm', signingKey.publicKey),
      signingKey,
      private: true,
      incentives: 0n,
      downMs,
    });
  const [asker, worker] = [newMember(), newMember()];
  const created = 1_000_000;
  const minute = 60_000;
  const first = open(0);
  await first.books.run(enrolNode(enrolment(asker)));
  await first.books.run(enrolNode(enrolment(worker)));
  const terms = { createdAt: created, expiresAt: created + minute };
  const [waiting, running] = [newTask(asker, 1, terms), newTask(asker, 2, terms)];
  await first.books.run(submitTask(waiting, created));
  await first.books.run(submitTask(running, created));
  await first.books.run(assignTask(newAssignment(running.taskId, worker, 3)));
  await first.close();

  /** Milliseconds that each has left when a coordinator starts at `now`. */
  const leftAt = async (now: number, downMs: number) => {
    const storage = open(downMs);
    const clock = { now: () => now, monotonic: () => 0, setTimer: () => ({ cancel() {} }) };
    const shapeOf = () => ({ vocabSize: 1000, eogIds: [2], contextSize: 2048, sizeClass: 'tiny' as const });
    const recovered = await recoverTasks({ clock, queries: storage.queries, shapeOf });
    await storage.close();
    return Object.fromEntries(recovered.map(({ record, deadline }) => [record.taskId, deadline]));
  };
  // Ten seconds after it came, down for ten minutes; then up for five seconds, and down for one.
  expect(await leftAt(created + 610_000, 600_000)).toEqual({ [waiting.taskId]: 50_000, [running.taskId]: -550_000 });
  expect((await leftAt(created + 616_000, 1000))[waiting.taskId]).toBe(45_000);
});
