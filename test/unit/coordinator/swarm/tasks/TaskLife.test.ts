import { describe, expect, test } from 'vitest';
import { TaskLife } from '#coordinator/swarm/tasks/TaskLife.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';
import { liveTask } from '#test/helpers/swarm/liveTasks.ts';

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
