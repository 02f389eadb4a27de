import type { AssignmentRecord, TaskRecord } from '#coordinator/books/records.ts';
import { newRecord } from '#coordinator/books/tasks/Tasks.ts';
import { welcomeTask } from '#coordinator/swarm/intake/welcomeTask.ts';
import { createLiveTask, type LiveRun, type LiveTask } from '#coordinator/swarm/tasks/life/LiveTask.ts';

const base = welcomeTask({
  taskId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  nodeId: 'node_a',
  accountId: 'acc_a',
  sizeClass: 'tiny',
  now: 0,
});

/** A queued task for anybody, as it is stored. */
export function taskRecord(change: Partial<TaskRecord> = {}): TaskRecord {
  return {
    ...newRecord({ ...base, welcome: false, onlyNodeId: null }, 'queued'),
    ...change,
  };
}

/** The same as it lives, without runs. */
export function liveTask(change: Partial<TaskRecord> = {}, times = { acceptedAt: 0, deadline: 1e9 }): LiveTask {
  return createLiveTask(taskRecord(change), base.submission, times);
}

/** A running assignment of `node_a`, as it is stored. */
export function assignmentRecord(change: Partial<AssignmentRecord> = {}): AssignmentRecord {
  return {
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
    estimateMs: 100,
    assignedAt: 0,
    endedAt: null,
    reward: 0n,
    ...change,
  };
}

/** Its run, of which nothing has arrived. */
export function liveRun(assignment: Partial<AssignmentRecord> = {}, change: Partial<LiveRun> = {}): LiveRun {
  return {
    assignment: assignmentRecord(assignment),
    nodeKey: '',
    shape: { vocabSize: 10, eogIds: [2], contextSize: 100, sizeClass: 'tiny' },
    prefixIds: [],
    promptIds: null,
    received: { count: 0, textBytes: 0, lastId: null, head: null, signature: null },
    stored: 0,
    lapsed: false,
    taken: false,
    sealed: false,
    recovered: false,
    ...change,
  };
}
