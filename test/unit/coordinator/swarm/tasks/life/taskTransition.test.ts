import { fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { loss, refusal, type RunEnd } from '#coordinator/judging/runEnd.ts';
import { contextBefore, type LiveRun, type LiveTask } from '#coordinator/swarm/tasks/life/LiveTask.ts';
import type { RunEvent } from '#coordinator/swarm/tasks/life/runTransition.ts';
import { type LiveTaskEvent, nextTask } from '#coordinator/swarm/tasks/life/taskTransition.ts';
import { liveRun, liveTask, taskRecord } from '#test/helpers/swarm/liveTasks.ts';

const coolDown = { at: 10, until: 20 };
const handOver: RunEnd = { event: 'hand_over', finish: 'yielded', reason: null, failure: false, weight: 0 };
const odd: RunEnd = { event: 'reject', finish: 'eog', reason: 'Empty.', failure: false, weight: 0, odd: true };

function started(run: LiveRun, task: LiveTask = liveTask()): LiveTask {
  return nextTask(task, { type: 'run_started', record: taskRecord({ status: 'running' }), run });
}

function ended(task: LiveTask, end: RunEnd, record: LiveTask['record'] | null = taskRecord({ failures: 1 })): LiveTask {
  return nextTask(task, { type: 'run_ended', assignmentId: 'assignment', end, record, coolDown });
}

/** A run that has stored three tokens after a prompt of four. */
const withTokens = liveRun({}, { promptIds: [1, 2, 3, 4], stored: 3 });

describe('events about runs that a task does not have', () => {
  const changes = fc.constantFrom<RunEvent>(
    { type: 'taken' },
    { type: 'lapsed' },
    { type: 'revived' },
    { type: 'sealed' },
    { type: 'unsealed' },
    { type: 'prompt_received', promptIds: [1], head: 'head' },
  );
  const ends = fc.constantFrom(loss('Lost.'), refusal('Bad.'), handOver, odd);
  const eventOf = (assignmentId: string) =>
    fc.oneof(
      changes.map((change): LiveTaskEvent => ({ type: 'run_changed', assignmentId, change })),
      ends.map((end): LiveTaskEvent => ({ type: 'run_ended', assignmentId, end, record: taskRecord(), coolDown })),
    );

  test('change nothing', () => {
    const task = started(withTokens);
    fc.assert(
      fc.property(eventOf('unknown'), (event) => {
        expect(nextTask(task, event)).toBe(task);
      }),
    );
  });

  test('change nothing after the run ended', () => {
    fc.assert(
      fc.property(ends, fc.array(eventOf('assignment'), { maxLength: 10 }), (end, events) => {
        const task = ended(started(withTokens), end);
        expect(events.reduce(nextTask, task)).toBe(task);
      }),
    );
  });
});

describe('tasks', () => {
  test('a task that is unblocked gets its own deadline and the record that says so', () => {
    const record = taskRecord({ unblockedAt: 5 });
    const task = nextTask(liveTask({ status: 'blocked' }), { type: 'unblocked', record, deadline: 77 });
    expect(task).toMatchObject({ record, deadline: 77 });
  });

  test('a prompt that was too long only raises what a model must hold', () => {
    const task = liveTask();
    const longer = nextTask(task, { type: 'prompt_too_long', neededContext: task.neededContext + 1 });
    expect(longer.neededContext).toBe(task.neededContext + 1);
    expect(nextTask(longer, { type: 'prompt_too_long', neededContext: 1 }).neededContext).toBe(task.neededContext + 1);
  });

  test('runs beside each other are changed one at a time', () => {
    const review = liveRun({ assignmentId: 'review', kind: 'review', nodeId: 'node_b' });
    const task = started(review, started(withTokens));
    const change: RunEvent = { type: 'taken' };
    const after = nextTask(task, { type: 'run_changed', assignmentId: 'review', change });
    expect(after.runs.get('review')?.taken).toBe(true);
    expect(after.runs.get('assignment')).toBe(withTokens);
    expect(task.runs.get('review')?.taken).toBe(false);
  });

  test('a change that changes nothing leaves the same task', () => {
    const task = started(liveRun({}, { taken: true }));
    const change: RunEvent = { type: 'taken' };
    expect(nextTask(task, { type: 'run_changed', assignmentId: 'assignment', change })).toBe(task);
  });

  test('a lapsed run fixes the model only when tokens are stored', () => {
    const change: RunEvent = { type: 'lapsed' };
    const lapse: LiveTaskEvent = { type: 'run_changed', assignmentId: 'assignment', change };
    expect(nextTask(started(liveRun()), lapse).fixedDigest).toBeNull();
    expect(nextTask(started(withTokens), lapse).fixedDigest).toBe('digest');
  });
});

describe('the end of a run', () => {
  test('a lost run is continued by the same model, from the tokens of its prompt', () => {
    const task = ended(started(withTokens), loss('Lost.'));
    expect(task.runs.size).toBe(0);
    expect(task.record.failures).toBe(1);
    expect(task.fixedDigest).toBe('digest');
    expect(task.neededContext).toBe(4 + task.record.maxTokens);
    expect([...task.failedBy]).toEqual(['node_a']);
    expect([...task.refusedBy]).toEqual([]);
    expect(task.coolDown.get('node_a')).toEqual(coolDown);
  });

  test('a run without tokens leaves the choice of the model open', () => {
    const task = ended(started(liveRun()), loss('Lost.'));
    expect(task.fixedDigest).toBeNull();
    expect(task.neededContext).toBe(contextBefore(task.record));
  });

  test('a node that gave back is neither a failure nor refused', () => {
    const task = ended(started(withTokens), handOver);
    expect(task.failedBy.size + task.refusedBy.size).toBe(0);
    expect(task.coolDown.has('node_a')).toBe(true);
  });

  test('a refused answer starts over with any model, and its node is not asked again', () => {
    const lapse: LiveTaskEvent = { type: 'run_changed', assignmentId: 'assignment', change: { type: 'lapsed' } };
    const task = ended(nextTask(started(withTokens), lapse), refusal('Bad.'));
    expect(task.fixedDigest).toBeNull();
    expect(task.neededContext).toBe(contextBefore(task.record));
    expect([...task.refusedBy]).toEqual(['node_a']);
  });

  test('an odd answer is nobody’s fault, and is remembered for all later runs', () => {
    const once = ended(started(withTokens), odd);
    expect(once.oddBefore).toBe(true);
    expect(once.refusedBy.size + once.failedBy.size).toBe(0);
    expect(ended(started(withTokens, once), handOver).oddBefore).toBe(true);
  });

  test('an end that the books knew before changes no record and fixes no model', () => {
    const before = started(withTokens);
    const task = ended(before, loss('Lost.'), null);
    expect(task.record).toBe(before.record);
    expect(task.fixedDigest).toBeNull();
    expect(task.runs.size).toBe(0);
  });
});
