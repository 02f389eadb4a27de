import { describe, expect, test } from 'vitest';
import { Reliability } from '#coordinator/swarm/nodes/Reliability.ts';
import { loss } from '#coordinator/judging/runEnd.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';
import { openTaskRooms } from '#test/helpers/swarm/openTaskRooms.ts';

const hour = 3_600_000;

function reliability(ends: { of: number; empty: number; lastAt: number | null }, isPrivate = false) {
  const clock = new ManualClock();
  const asked: unknown[] = [];
  const queries = {
    emptyEnds: async (nodeId: string, window: unknown) => {
      asked.push([nodeId, window]);
      return ends;
    },
  };
  return { clock, asked, reliability: new Reliability({ clock, queries, private: isPrivate }) };
}

describe('Reliability', () => {
  test.each([
    ['seven empty ones of seven: too few to tell', 7, 7, false],
    ['eight with one empty: over a tenth', 8, 1, true],
    ['ten with one empty: a tenth', 10, 1, false],
    ['twenty with two empty', 20, 2, false],
    ['twenty with three empty', 20, 3, true],
    ['twenty with none', 20, 0, false],
  ] as const)('of %s', async (_, of, empty, isPaused) => {
    const lastAt = empty === 0 ? null : 900_000;
    const { reliability: room } = reliability({ of, empty, lastAt });
    expect(await room.blockedUntil('node')).toBe(isPaused ? 900_000 + hour : 0);
  });

  test('looks at the last twenty ends of the last hour', async () => {
    const { clock, asked, reliability: room } = reliability({ of: 0, empty: 0, lastAt: null });
    await room.blockedUntil('node');
    expect(asked).toEqual([['node', { since: clock.now() - hour, ofLast: 20 }]]);
  });

  test('a clock that was put back does not make a pause longer', async () => {
    const { clock, reliability: room } = reliability({ of: 8, empty: 8, lastAt: 9e12 });
    expect(await room.blockedUntil('node')).toBe(clock.now() + hour);
  });

  test('private swarms ask their few nodes again, without a look at the books', async () => {
    const { asked, reliability: room } = reliability({ of: 20, empty: 20, lastAt: 1 }, true);
    expect(await room.blockedUntil('node')).toBe(0);
    expect(asked).toEqual([]);
  });

  test('over real books a node is paused by its eighth empty end, for an hour', async () => {
    const { clock, queries, submit, start, endRun, worker } = await openTaskRooms({ private: false });
    const room = new Reliability({ clock, queries, private: false });
    for (let ends = 1; ends <= 8; ends += 1) {
      expect(await room.blockedUntil(worker.nodeId)).toBe(0);
      const { taskId } = (await submit()).record;
      await start(taskId);
      await clock.advance(1000);
      await endRun(taskId, loss('Lost.'));
    }
    const until = await room.blockedUntil(worker.nodeId);
    expect(until).toBe(clock.now() + hour);
    await clock.advance(hour);
    expect(await room.blockedUntil(worker.nodeId)).toBeLessThanOrEqual(clock.now());
  });
});
