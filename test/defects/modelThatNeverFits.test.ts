import { expect, test } from 'vitest';
import { ModelShelfLoader } from '#engine/models/library/ModelShelfLoader.ts';
import { capabilitiesOf } from '#engine/contribution/policy/capabilitiesOf.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { FaultInjectingLauncher } from '#test/helpers/FaultInjectingLauncher.ts';
import { openPool } from '#test/helpers/inferencePool.ts';
import { ManualClock, settle } from '#test/helpers/ManualClock.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';
import { starterModel } from '#test/helpers/starterModel.ts';
import { fixedShelf } from '#test/helpers/fixedShelf.ts';

// A model larger than the memory for models made all others leave, nothing was offered any more, and the app said "Ready".

const large: InstalledModel = {
  ...starterModel,
  digest: 'f'.repeat(64),
  name: 'Large',
  sizeBytes: 5_000_000_000,
  parameters: 7e9,
};

async function nodeWith(installed: readonly InstalledModel[], memoryBytes: number) {
  const clock = new ManualClock();
  const launcher = new FaultInjectingLauncher();
  const pool = openPool({ clock, launcher, memoryBytes });
  const loader = new ModelShelfLoader(fixedShelf(installed), pool, silentLogger);
  loader.setKeepAlive(null);
  loader.start();
  for (let turn = 0; turn < 5; turn += 1) await settle();
  const offered = () =>
    capabilitiesOf({
      name: 'desk',
      version: '1.0.0',
      timeZone: null,
      pause: null,
      draining: false,
      privateSwarm: true,
      schedule: null,
      computer: null,
      models: installed,
      capacity: pool.capacity(),
      contextOf: (digest) => loader.contextOf(digest),
    }).models.map(({ name }) => name);
  return { launcher, pool, loader, offered };
}

test.each([
  ['after', [starterModel, large]],
  ['before', [large, starterModel]],
])('what is loaded stays loaded and offered when a model %s it never fits', async (_, installed) => {
  const { pool, loader, launcher, offered } = await nodeWith(installed, 1e9);
  const slice = (digest: string) => loader.slices().find((each) => each.digest === digest);
  expect(slice(starterModel.digest)).toMatchObject({ state: 'ready', problem: null });
  expect(slice(large.digest)?.state).toBe('gave_up');
  expect(slice(large.digest)?.problem).toContain(
    'It needs 10.2 GB of memory, but models may use only 1.0 GB on this computer.',
  );
  expect(offered()).toEqual([starterModel.name]);
  expect(loader.summary()).toEqual({ installed: 2, loading: false, problem: null });
  // Also somebody who asks for it does not change that.
  expect(await pool.prepare(large)).toMatchObject({ code: 'out_of_memory' });
  expect(launcher.launches.map(({ alive }) => alive)).toEqual([true]);
  expect(offered()).toEqual([starterModel.name]);
});

test('a node whose only model never fits says so', async () => {
  const { loader, offered } = await nodeWith([large], 1e9);
  expect(offered()).toEqual([]);
  expect(loader.summary().problem).toContain('It needs 10.2 GB of memory');
  loader.setMemoryLimit(20e9);
  for (let turn = 0; turn < 5; turn += 1) await settle();
  expect(loader.slices()).toMatchObject([{ state: 'ready', problem: null }]);
  expect(loader.summary().problem).toBeNull();
});
