import { expect, test } from 'vitest';
import { TypeDemands } from '#coordinator/observability/TypeDemands.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';

const minuteMs = 60_000;

test('a type has a row once it was asked for, and its tokens are known once one was completed', async () => {
  const clock = new ManualClock();
  const demands = new TypeDemands(clock);
  expect(demands.rows(() => 3)).toEqual([]);
  demands.wrote('chat', 400);
  demands.completed('chat');
  expect(demands.rows(() => 3)).toEqual([]);
  demands.asked('chat');
  demands.asked('debugging');
  await clock.advance(30 * minuteMs);
  expect(demands.rows((type) => (type === 'chat' ? 3 : 0))).toEqual([
    { type: 'chat', tasksPerHour: 2, tokensPerTask: 400, nodes: 3 },
    { type: 'debugging', tasksPerHour: 2, tokensPerTask: null, nodes: 0 },
  ]);
});

test('one task right after the start is no rush, and what is older than an hour is forgotten', async () => {
  const clock = new ManualClock();
  const demands = new TypeDemands(clock);
  demands.asked('chat');
  expect(demands.rows(() => 0)[0]?.tasksPerHour).toBe(6);
  await clock.advance(50 * minuteMs);
  demands.asked('chat');
  await clock.advance(9 * minuteMs);
  expect(demands.rows(() => 0)[0]?.tasksPerHour).toBe(2);
  await clock.advance(2 * minuteMs);
  expect(demands.rows(() => 0)[0]?.tasksPerHour).toBe(1);
  await clock.advance(60 * minuteMs);
  expect(demands.rows(() => 0)).toEqual([]);
});

test('it keeps a bounded number of slices whatever the rate', async () => {
  const clock = new ManualClock();
  const demands = new TypeDemands(clock);
  for (let index = 0; index < 600; index += 1) {
    demands.asked('chat');
    demands.wrote('chat', 10);
    demands.completed('chat');
    await clock.advance(12_000);
  }
  const [row] = demands.rows(() => 1);
  expect(row?.tasksPerHour).toBeGreaterThanOrEqual(275);
  expect(row?.tasksPerHour).toBeLessThanOrEqual(301);
  expect(row?.tokensPerTask).toBe(10);
});
