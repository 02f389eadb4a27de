import { expect, test } from 'vitest';
import { Heartbeat } from '#engine/swarmLink/client/Heartbeat.ts';
import { ManualClock, settle } from '#test/helpers/ManualClock.ts';
import { idleHealth } from '#test/helpers/ScriptedCoordinator.ts';

// While a node worked, its renewals of leases took the place of beats, so that the page showed the swarm and the
// latency as they had been before the work began.
test('beats bring the state of the swarm at their pace, whatever else is sent', async () => {
  const clock = new ManualClock();
  const shown: number[] = [];
  let minute = 0;
  const heartbeat = new Heartbeat(
    clock,
    async () => {
      minute += 1;
      return { ok: true, payload: { serverTime: 0, health: { ...idleHealth, tasksPerMinute: minute } } };
    },
    { onBeat: (_latencyMs, health) => void shown.push(health.tasksPerMinute), onSilence: () => undefined },
  );
  heartbeat.start(15_000);
  for (let passed = 0; passed < 60; passed += 15) {
    await clock.advance(15_000);
    await settle();
  }
  heartbeat.stop();
  await clock.advance(60_000);
  expect(shown).toEqual([1, 2, 3, 4, 5]);
});
