import { describe, expect, test } from 'vitest';
import { createLiveTask, OpenTasks } from '#coordinator/swarm/tasks/OpenTasks.ts';
import { inTurn, type LiveRun, type LiveTask, stepSoon } from '#coordinator/swarm/tasks/LiveTask.ts';
import { Leases, leaseTimes } from '#coordinator/swarm/tasks/Leases.ts';
import type { AssignmentRecord, TaskRecord } from '#coordinator/books/records.ts';
import { welcomeTask } from '#coordinator/swarm/intake/welcomeTask.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';

const base = welcomeTask({
  taskId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  nodeId: 'node_a',
  accountId: 'acc_a',
  sizeClass: 'tiny',
  now: 0,
});

function liveTask(clock: ManualClock): LiveTask {
  const record: TaskRecord = {
    ...base,
    status: 'running',
    billStatus: 'held',
    cost: 0n,
    fee: 0n,
    attempt: 0,
    failures: 0,
    assignments: 1,
    finish: null,
    partial: false,
    quality: null,
    reason: null,
    unblockedAt: null,
    assignedAt: 0,
    firstTokenAt: null,
    finishedAt: null,
  };
  return createLiveTask(record, base.submission, { now: clock.monotonic(), deadline: 1e9 });
}

function liveRun(estimateMs: number): LiveRun {
  const assignment: AssignmentRecord = {
    assignmentId: 'assignment',
    taskId: base.taskId,
    kind: 'work',
    attempt: 0,
    nodeId: 'node_a',
    accountId: 'acc_b',
    status: 'running',
    modelDigest: 'digest',
    modelName: 'model',
    sizeClass: 'tiny',
    shape: null,
    level: 'novice',
    startIndex: 0,
    sampler: { mode: 'greedy', temperature: 0, minP: 0.05, maxTokens: 4, stop: [] },
    seed: 1,
    stored: 0,
    chain: null,
    lastSignature: null,
    finish: null,
    reason: null,
    accepted: null,
    estimateMs,
    assignedAt: 0,
    endedAt: null,
    reward: 0n,
  };
  return {
    assignment,
    shape: { vocabSize: 10, eogIds: [2], contextSize: 100, sizeClass: 'tiny' },
    prefixIds: [],
    promptIds: null,
    count: 2,
    stored: 2,
    textBytes: 2,
    lastId: 5,
    head: null,
    signature: null,
    writing: Promise.resolve(),
    leaseUntil: 0,
    lastChunkAt: 0,
    lapsed: false,
    taken: false,
    ended: false,
    timer: null,
    stallTimer: null,
  };
}

function leasedRun(estimateMs = 100) {
  const clock = new ManualClock();
  const open = new OpenTasks();
  const calls: string[] = [];
  const leases = new Leases({
    clock,
    logger: silentLogger,
    open,
    endings: {
      leaveRun: (task, end) => {
        calls.push(`left: ${end.reason ?? ''}`);
        open.endRun(task);
        return Promise.resolve();
      },
    },
    enqueue: () => void calls.push('enqueued'),
    withdraw: () => void calls.push('withdrawn'),
  });
  const task = liveTask(clock);
  const run = liveRun(estimateMs);
  open.add(task);
  open.startRun(task, run);
  leases.grant(task, run);
  const renewFor = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      await clock.advance(1000);
      leases.renew('node_a', 'assignment');
    }
  };
  return { clock, open, calls, leases, task, run, renewFor };
}

describe('Leases', () => {
  test('a lease that is not renewed lets another node take the task; renewing it takes the task back', async () => {
    const { clock, calls, leases, task, run } = leasedRun();
    await clock.advance(leaseTimes.leaseMs - 1);
    expect(calls).toEqual([]);
    await clock.advance(1);
    expect(calls).toEqual(['enqueued']);
    expect(task.fixedDigest).toBe('digest');
    expect(leases.renew('node_b', 'assignment')).toBe(false);
    expect(leases.renew('node_a', 'assignment')).toBe(true);
    expect([run.lapsed, task.phase, ...calls]).toEqual([false, 'running', 'enqueued', 'withdrawn']);
    await clock.advance(leaseTimes.leaseMs);
    expect(calls).toEqual(['enqueued', 'withdrawn', 'enqueued']);
  });

  test('renewals keep a lease, but not an answer that does not come', async () => {
    const { calls, renewFor } = leasedRun();
    await renewFor(9);
    expect(calls).toEqual([]);
    await renewFor(2);
    expect(calls).toEqual(['left: Nothing came for too long.']);
  });

  test('a node has twice the time it promised', async () => {
    const { calls, renewFor } = leasedRun(20_000);
    await renewFor(39);
    expect(calls).toEqual([]);
    await renewFor(2);
    expect(calls).toHaveLength(1);
  });

  test('a closed link lapses at once; after a jump of the clock everybody gets fifteen seconds', async () => {
    const closed = leasedRun();
    closed.leases.lapseAll('node_a');
    closed.leases.lapseAll('node_a');
    expect(closed.calls).toEqual(['enqueued']);
    const jumped = leasedRun();
    jumped.leases.graceForAll();
    await jumped.clock.advance(leaseTimes.graceMs - 1);
    expect(jumped.calls).toEqual([]);
    await jumped.clock.advance(1);
    expect(jumped.calls).toEqual(['enqueued']);
  });
});

describe('turns', () => {
  test('steps of a task run one after the other, whatever becomes of them', async () => {
    const task = liveTask(new ManualClock());
    const order: string[] = [];
    const first = inTurn(task, async () => {
      order.push('first begins');
      await Promise.resolve();
      order.push('first fails');
      throw new Error('disk full');
    });
    const second = inTurn(task, async () => void order.push('second'));
    await expect(first).rejects.toThrow('disk full');
    await second;
    expect(order).toEqual(['first begins', 'first fails', 'second']);
  });

  test('a step that nobody waits for is tried again until it works, or the task is over', async () => {
    const clock = new ManualClock();
    const task = liveTask(clock);
    let tries = 0;
    const step = async () => {
      tries += 1;
      if (tries < 3) throw new Error('disk full');
    };
    stepSoon(task, { clock, logger: silentLogger }, step);
    await clock.advance(5000);
    expect(tries).toBe(3);
    task.phase = 'over';
    stepSoon(task, { clock, logger: silentLogger }, step);
    await clock.advance(5000);
    expect(tries).toBe(3);
  });
});
