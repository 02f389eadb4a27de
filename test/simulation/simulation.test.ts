import { describe, expect, it } from 'vitest';
import { sabotages } from './sabotage.ts';
import { simulate } from './Simulation.ts';
import { simulationFolder } from './simulationFolder.ts';

const folder = simulationFolder();
const long = process.env['OPEN_SWARM_LONG'] === '1';
/** Seeds of an ordinary run stop after this long, so that a slow machine runs fewer; never less than `fewest`. */
const budget = { seeds: long ? 5000 : 400, millis: long ? Number.POSITIVE_INFINITY : 45_000, fewest: 40 } as const;

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
  it(
    'keep every rule over many seeds, and meet every kind of fault',
    { timeout: long ? 7_200_000 : 300_000 },
    async () => {
      const counts = new Map<string, number>();
      const start = performance.now();
      let seed = 0;
      while (seed < budget.fewest || (seed < budget.seeds && performance.now() - start < budget.millis)) {
        seed += 1;
        const result = await simulate({ seed, folder });
        expect(result.broken, `node test/simulation/main.ts --seed ${seed} --verbose`).toBeNull();
        for (const [what, count] of result.counts) counts.set(what, (counts.get(what) ?? 0) + count);
      }
      expect(mustHappen.filter((what) => !counts.has(what))).toEqual([]);
    },
  );

  it('repeat exactly: one seed, one trace', async () => {
    for (const seed of [3, 18, 33]) {
      const [first, second] = [await simulate({ seed, folder }), await simulate({ seed, folder })];
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
