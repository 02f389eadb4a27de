import { describe, expect, it } from 'vitest';
import { seedOfRun } from '#test/helpers/seedOfRun.ts';
import { sabotages } from './sabotage.ts';
import { simulate } from './Simulation.ts';
import { simulationFolder } from './simulationFolder.ts';

const folder = simulationFolder();
const long = process.env['OPEN_SWARM_LONG'] === '1';
/** The same in every run and on every machine; a long run begins with its own seed. */
const seeds = Array.from({ length: long ? 5000 : 120 }, (_, index) => seedOfRun + index);

/** What a run over many seeds must have met at least once; otherwise it proves nothing about it. */
const mustHappen = [
  'fault.dropped',
  'fault.duplicated',
  'fault.reordered',
  'fault.delayed',
  'fault.half_open',
  'fault.swallowed',
  'fault.hung_up',
  'fault.refused',
  'fault.clock_jump',
  'coordinator.crashed',
  'node.crashed',
  'outbox.kept',
  'chunks.recut',
  'assign.continuation',
  'answer.reset',
  'result.rejected',
  'result.superseded',
  'result.incomplete',
  'progress.chain_mismatch',
  'stop.cancelled',
  'stop.superseded',
  'events.again',
  'submission.parent_unusable',
  'ended.completed',
  'ended.cancelled',
  'ended.failed',
  'ended.expired',
];

describe('simulated swarms', () => {
  it('keep every rule over many seeds, and meet every kind of fault', async () => {
    const counts = new Map<string, number>();
    for (const seed of seeds) {
      // Every other storage answers later.
      const late = seed % 2 === 1;
      const result = await simulate({ seed, folder, late });
      expect(result.broken, `node test/simulation/main.ts --seed ${seed} --verbose${late ? ' --late' : ''}`).toBeNull();
      for (const [what, count] of result.counts) counts.set(what, (counts.get(what) ?? 0) + count);
    }
    expect(mustHappen.filter((what) => !counts.has(what))).toEqual([]);
  });

  it('repeat exactly: one seed, one trace', async () => {
    for (const [seed, late] of [
      [3, false],
      [18, true],
      [33, false],
      [51, true],
    ] as const) {
      const [first, second] = [await simulate({ seed, folder, late }), await simulate({ seed, folder, late })];
      expect(second.digest).toBe(first.digest);
      expect(second.events).toBe(first.events);
    }
    expect((await simulate({ seed: 4, folder })).digest).not.toBe((await simulate({ seed: 5, folder })).digest);
  });

  it.each(sabotages)('notice a coordinator that $breaks', async (sabotage) => {
    const found: string[] = [];
    for (let seed = 1; seed <= 40 && found.length === 0; seed += 1) {
      const { broken } = await simulate({ seed, folder, sabotage });
      if (broken !== null) found.push(broken);
    }
    expect(found[0]).toMatch(sabotage.noticedAs);
  });
});
