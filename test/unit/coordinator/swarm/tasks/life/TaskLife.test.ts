import { describe, expect, test } from 'vitest';
import { loss } from '#coordinator/judging/runEnd.ts';
import { TaskLife } from '#coordinator/swarm/tasks/life/TaskLife.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';
import { liveRun, liveTask } from '#test/helpers/swarm/liveTasks.ts';

function newLife() {
  const clock = new ManualClock();
  return { clock, life: new TaskLife({ clock, logger: silentLogger }) };
}

describe('turns', () => {
  test('steps of a task run one after the other, whatever becomes of them', async () => {
    const { life } = newLife();
    const order: string[] = [];
    const first = life.inTurn('task', async () => {
      order.push('first begins');
      await Promise.resolve();
      order.push('first fails');
      throw new Error('disk full');
    });
    const second = life.inTurn('task', async () => void order.push('second'));
    await expect(first).rejects.toThrow('disk full');
    await second;
    expect(order).toEqual(['first begins', 'first fails', 'second']);
  });

  test('a step that nobody waits for is retried until it works, or the task is over', async () => {
    const { clock, life } = newLife();
    const task = liveTask();
    const { taskId } = task.record;
    life.adopt(task);
    let tries = 0;
    const step = async () => {
      tries += 1;
      if (tries < 3) throw new Error('disk full');
    };
    life.inTurnSoon(taskId, step);
    await clock.advance(5000);
    expect(tries).toBe(3);
    life.end(taskId, { record: null, runEvent: 'lose' });
    life.inTurnSoon(taskId, step);
    await clock.advance(5000);
    expect(tries).toBe(3);
  });
});

describe('live tasks', () => {
  test('each listener sees the task before and after a change, in the order of registration, before `send` returns', () => {
    const { life } = newLife();
    const seen: string[] = [];
    for (const name of ['first', 'second']) {
      life.onChange((change) => {
        const before = change.type === 'adopted' ? '-' : change.before.runs.size;
        const after = change.type === 'ended' ? '-' : change.after.runs.size;
        seen.push(`${name}: ${change.type} ${before} ${after}`);
      });
    }
    const { record } = liveTask();
    life.adopt(liveTask());
    life.send(record.taskId, { type: 'run_started', record, run: liveRun() });
    life.end(record.taskId, { record, runEvent: 'accept' });
    expect(seen).toEqual([
      'first: adopted - 0',
      'second: adopted - 0',
      'first: changed 0 1',
      'second: changed 0 1',
      'first: ended 1 -',
      'second: ended 1 -',
    ]);
  });

  test('nobody hears of what changes nothing', () => {
    const { life } = newLife();
    const { record } = liveTask();
    life.adopt(liveTask());
    life.send(record.taskId, { type: 'run_started', record, run: liveRun({}, { taken: true }) });
    const seen: string[] = [];
    life.onChange(({ type }) => void seen.push(type));
    expect(life.sendRun('assignment', { type: 'taken' })?.taken).toBe(true);
    expect(life.sendRun('unknown', { type: 'taken' })).toBeUndefined();
    expect(life.send('unknown', { type: 'prompt_too_long', neededContext: 1 })).toBeUndefined();
    life.end('unknown', { record: null, runEvent: 'lose' });
    expect(seen).toEqual([]);
  });

  test('`send` returns what is left after the listeners reacted', () => {
    const { life } = newLife();
    const { record } = liveTask();
    life.adopt(liveTask());
    life.onChange((change) => {
      if (change.type === 'changed') life.end(record.taskId, { record, runEvent: 'cancel' });
    });
    expect(life.send(record.taskId, { type: 'run_started', record, run: liveRun() })).toBeUndefined();
    expect(life.size).toBe(0);
  });

  test('runs are found by assignment and by node, until they or their tasks end', () => {
    const { life } = newLife();
    const taskIds = ['one', 'two'];
    for (const taskId of taskIds) {
      const task = liveTask({ taskId });
      life.adopt(task);
      const run = liveRun({ taskId, assignmentId: `of ${taskId}` });
      life.send(taskId, { type: 'run_started', record: task.record, run });
    }
    expect(life.running).toBe(2);
    expect(life.runsOf('node_a').map(({ task }) => task.record.taskId)).toEqual(taskIds);
    expect(life.run('of one')?.task).toBe(life.get('one'));
    life.send('one', {
      type: 'run_ended',
      assignmentId: 'of one',
      end: loss('Lost.'),
      record: null,
      coolDown: { at: 0, until: 0 },
    });
    expect(life.runsOf('node_a').map(({ run }) => run.assignment.assignmentId)).toEqual(['of two']);
    expect(life.run('of one')).toBeUndefined();
    life.end('two', { record: null, runEvent: 'lose' });
    expect([life.running, life.runsOf('node_a'), life.run('of two')]).toEqual([0, [], undefined]);
    expect([...life.all()].map(({ record }) => record.taskId)).toEqual(['one']);
  });

  test('a task that is adopted with its runs is found by them', () => {
    const { life } = newLife();
    life.adopt({ ...liveTask(), runs: new Map([['assignment', liveRun()]]) });
    expect(life.runsOf('node_a')).toHaveLength(1);
    expect(life.runsOf('node_b')).toEqual([]);
  });
});

describe('idle', () => {
  test('waits for the steps that are under way, also for those that fail', async () => {
    const { life } = newLife();
    const gate = Promise.withResolvers<void>();
    const order: string[] = [];
    const step = life.inTurn('task', async () => {
      await gate.promise;
      order.push('step');
      throw new Error('disk full');
    });
    const idle = life.idle().then(() => order.push('idle'));
    gate.resolve();
    await expect(step).rejects.toThrow('disk full');
    await idle;
    expect(order).toEqual(['step', 'idle']);
    await life.idle();
  });

  test('tasks do not wait for each other', async () => {
    const { life } = newLife();
    const gate = Promise.withResolvers<void>();
    const slow = life.inTurn('slow', () => gate.promise);
    expect(await life.inTurn('quick', async () => 'done')).toBe('done');
    gate.resolve();
    await slow;
  });
});
