import { expect, onTestFinished, test } from 'vitest';
import { OwnerSettings } from '#engine/contribution/OwnerSettings.ts';
import { openEngineStore } from '#engine/store/openEngineStore.ts';
import { systemClock } from '#node/systemClock.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';

test('planned times that are over are forgotten at the next change of the plan', async () => {
  const store = openEngineStore({ file: ':memory:', clock: systemClock });
  onTestFinished(() => store.close());
  const clock = new ManualClock();
  const settings = new OwnerSettings({ clock, store, defaultName: 'desk' });
  const now = clock.now();
  const [over, running, planned] = [
    { from: now - 2000, until: now - 1000 },
    { from: now - 1000, until: now + 1000 },
    { from: now + 5000, until: now + 9000 },
  ] as const;
  const changed = await settings.set({ 'contribution.maintenance': [over, running, planned] });
  expect(changed['contribution.maintenance']).toEqual([running, planned]);
  const again = new OwnerSettings({ clock, store, defaultName: 'desk' });
  expect(again.all['contribution.maintenance']).toEqual([running, planned]);
});
