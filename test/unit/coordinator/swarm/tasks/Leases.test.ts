import { describe, expect, test } from 'vitest';
import { Leases, leaseTimes } from '#coordinator/swarm/tasks/Leases.ts';
import { TaskLife } from '#coordinator/swarm/tasks/life/TaskLife.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';
import { liveRun, liveTask } from '#test/helpers/swarm/liveTasks.ts';

/** A leased run that has stored two tokens; `calls` notes what its lease does to it. */
function leasedRun(estimateMs = 100) {
  const clock = new ManualClock();
  const life = new TaskLife({ clock, logger: silentLogger });
  const calls: string[] = [];
  const leases = new Leases({
    clock,
    logger: silentLogger,
    life,
    onStalled: (_taskId, assignmentId) => void calls.push(`stalled: ${assignmentId}`),
  });
  const task = liveTask({ status: 'running', assignments: 1 }, { acceptedAt: clock.monotonic(), deadline: 1e9 });
  const received = { count: 2, textBytes: 2, lastId: 5, head: null, signature: null };
  const run = liveRun({ estimateMs }, { received, stored: 2 });
  life.adopt(task);
  life.send(task.record.taskId, { type: 'run_started', record: task.record, run });
  life.onChange((change) => {
    if (change.type === 'changed' && change.event.type === 'run_changed') calls.push(change.event.change.type);
  });
  leases.grant(run);
  const renewFor = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      await clock.advance(1000);
      leases.renew('node_a', 'assignment');
    }
  };
  return { clock, life, calls, leases, task, renewFor };
}

describe('Leases', () => {
  test('a lease that is not renewed lets another node take the task; renewing it takes the task back', async () => {
    const { clock, life, calls, leases, task } = leasedRun();
    await clock.advance(leaseTimes.leaseMs - 1);
    expect(calls).toEqual([]);
    await clock.advance(1);
    expect(calls).toEqual(['lapsed']);
    expect(life.get(task.record.taskId)?.fixedDigest).toBe('digest');
    expect(leases.renew('node_b', 'assignment')).toBe(false);
    expect(leases.renew('node_a', 'assignment')).toBe(true);
    expect(calls).toEqual(['lapsed', 'taken', 'revived']);
    expect(life.run('assignment')?.run.lapsed).toBe(false);
    await clock.advance(leaseTimes.leaseMs);
    expect(calls).toEqual(['lapsed', 'taken', 'revived', 'lapsed']);
  });

  test('renewals keep a lease, but not an answer that does not come', async () => {
    const { calls, renewFor } = leasedRun();
    await renewFor(9);
    expect(calls).toEqual(['taken']);
    await renewFor(2);
    expect(calls).toEqual(['taken', 'stalled: assignment']);
  });

  test('each chunk gives a run its patience anew', async () => {
    const { calls, leases, renewFor } = leasedRun();
    await renewFor(9);
    leases.chunkArrived('assignment');
    await renewFor(9);
    expect(calls).toEqual(['taken']);
    await renewFor(2);
    expect(calls).toEqual(['taken', 'stalled: assignment']);
  });

  test('a node has twice the time it promised', async () => {
    const { calls, renewFor } = leasedRun(20_000);
    await renewFor(39);
    expect(calls).toEqual(['taken']);
    await renewFor(2);
    expect(calls).toEqual(['taken', 'stalled: assignment']);
  });

  test('a closed link lapses at once; after a jump of the clock everybody gets fifteen seconds', async () => {
    const closed = leasedRun();
    closed.leases.lapseAll('node_a');
    closed.leases.lapseAll('node_a');
    expect(closed.calls).toEqual(['lapsed']);
    const jumped = leasedRun();
    jumped.leases.graceForAll();
    await jumped.clock.advance(leaseTimes.graceMs - 1);
    expect(jumped.calls).toEqual([]);
    await jumped.clock.advance(1);
    expect(jumped.calls).toEqual(['lapsed']);
  });

  test('a run whose end is being written neither lapses nor is renewed', async () => {
    const { clock, life, calls, leases } = leasedRun();
    life.sendRun('assignment', { type: 'sealed' });
    expect(leases.renew('node_a', 'assignment')).toBe(false);
    await clock.advance(leaseTimes.leaseMs);
    leases.lapseAll('node_a');
    expect(calls).toEqual(['sealed']);
  });

  test('a run that is over leaves no timer behind, and cannot be renewed', () => {
    const { clock, leases } = leasedRun();
    expect(clock.pending).toBe(2);
    leases.end('assignment');
    expect(clock.pending).toBe(0);
    expect(leases.renew('node_a', 'assignment')).toBe(false);
    leases.end('assignment');
  });
});
