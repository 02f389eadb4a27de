import { expect, test } from 'vitest';
import { Leases, leaseTimes } from '#coordinator/swarm/tasks/Leases.ts';
import { TaskLife } from '#coordinator/swarm/tasks/life/TaskLife.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';
import { liveRun, liveTask } from '#test/helpers/swarm/liveTasks.ts';

/** A leased run whose end is being written, of a node that promised to take an hour. */
function sealedRun() {
  const clock = new ManualClock();
  const life = new TaskLife({ clock, logger: silentLogger });
  const leases = new Leases({ clock, logger: silentLogger, life, onStalled: () => undefined });
  const task = liveTask({ status: 'running', assignments: 1 });
  const run = liveRun({ estimateMs: 3_600_000 });
  life.adopt(task);
  life.send(task.record.taskId, { type: 'run_started', record: task.record, run });
  leases.grant(run);
  life.sendRun('assignment', { type: 'sealed' });
  return { clock, life, leases, isLapsed: () => life.run('assignment')?.run.lapsed };
}

// A lease that expired while the end of its run was being written was never looked at again. When the disk refused that end,
// the task stayed with a node that was gone until twice the time had passed that it had promised.
test.each([
  ['whose node is silent', () => undefined],
  ['whose node is gone', (leases: Leases) => leases.lapseAll('node_a')],
])('a run %s lapses after its end could not be written', async (_, happens) => {
  const { clock, life, leases, isLapsed } = sealedRun();
  happens(leases);
  await clock.advance(2 * leaseTimes.leaseMs);
  expect(isLapsed()).toBe(false);
  life.sendRun('assignment', { type: 'unsealed' });
  await clock.advance(leaseTimes.leaseMs);
  expect(isLapsed()).toBe(true);
});

test('a node that renews after its end could not be written keeps its run', async () => {
  const { clock, life, leases, isLapsed } = sealedRun();
  await clock.advance(2 * leaseTimes.leaseMs - 10);
  life.sendRun('assignment', { type: 'unsealed' });
  for (let second = 0; second < 5; second += 1) {
    expect(leases.renew('node_a', 'assignment')).toBe(true);
    await clock.advance(1000);
  }
  expect(isLapsed()).toBe(false);
});
