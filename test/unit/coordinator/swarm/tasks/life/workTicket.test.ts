import { describe, expect, test } from 'vitest';
import { loss, refusal } from '#coordinator/judging/runEnd.ts';
import type { LiveTask } from '#coordinator/swarm/tasks/life/LiveTask.ts';
import { nextTask } from '#coordinator/swarm/tasks/life/taskTransition.ts';
import { workTicket } from '#coordinator/swarm/tasks/life/workTicket.ts';
import { liveRun, liveTask } from '#test/helpers/swarm/liveTasks.ts';

const inPublic = { private: false };

function withRun(task: LiveTask = liveTask()): LiveTask {
  return nextTask(task, { type: 'run_started', record: task.record, run: liveRun({}, { promptIds: [1], stored: 1 }) });
}

function afterEnd(end: ReturnType<typeof loss>): LiveTask {
  const task = withRun();
  const coolDown = { at: 1, until: 2 };
  return nextTask(task, { type: 'run_ended', assignmentId: 'assignment', end, record: task.record, coolDown });
}

describe('workTicket', () => {
  test('brings what matching must know of a task, under the id of the task', () => {
    const task = liveTask({ model: 'asked', priority: 'high', language: 'rust' }, { acceptedAt: 5, deadline: 9 });
    expect(workTicket(task, inPublic)).toMatchObject({
      id: task.record.taskId,
      kind: 'work',
      priority: 'high',
      acceptedAt: 5,
      facts: { digest: 'asked', language: 'rust', neededContext: task.neededContext, onlyNodeId: null },
      terms: { maxTokens: task.record.maxTokens, deadline: 9, paid: true },
    });
  });

  test('a task that costs nothing is offered as unpaid', () => {
    expect(workTicket(liveTask({ hold: 0n }), inPublic).terms.paid).toBe(false);
  });

  test('an answer that began is continued by its model, whatever was asked for', () => {
    const ticket = workTicket(afterEnd(loss('Lost.')), inPublic);
    expect(ticket.facts.digest).toBe('digest');
    expect([...ticket.avoid]).toEqual(['node_a']);
    expect([...ticket.coolDown.keys()]).toEqual(['node_a']);
    expect(ticket.exclude.size).toBe(0);
  });

  test('a node whose answer was refused is left out in public, and asked again in a private swarm', () => {
    const task = afterEnd(refusal('Bad.'));
    expect(workTicket(task, inPublic).exclude).toEqual(new Map([['node_a', 'unreliable']]));
    expect(workTicket(task, { private: true }).exclude.size).toBe(0);
  });

  test('the node of a lapsed run is left out: it comes back by renewing', () => {
    const lapsed = nextTask(withRun(), { type: 'run_changed', assignmentId: 'assignment', change: { type: 'lapsed' } });
    expect(workTicket(lapsed, { private: true }).exclude).toEqual(new Map([['node_a', 'offline']]));
  });
});
