import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCredits } from '#shared/domain/money/credits.ts';
import { adviseModel, EarningAdvice, type EarningModel, type Market } from '#shared/domain/money/earningAdvice.ts';
import { earningsOfFullHour } from '#shared/domain/money/expectedEarnings.ts';
import { SizeClass } from '#shared/domain/money/prices.ts';
import { ReputationLevel } from '#shared/domain/swarm/reputationLevel.ts';
import type { TypeDemand } from '#shared/domain/swarm/swarmHealth.ts';
import { TaskType } from '#shared/domain/tasks/taskType.ts';

const digest = 'ab'.repeat(32);

function model(id: string, change: Partial<EarningModel> = {}): EarningModel {
  return {
    id,
    name: id,
    installed: null,
    types: ['chat'],
    sizeClass: 'small',
    sizeBytes: 1e9,
    tokensPerSecond: 20,
    measured: false,
    ...change,
  };
}

const chats: TypeDemand = { type: 'chat', tasksPerHour: 100, tokensPerTask: 200, nodes: 3 };

function market(wanted: readonly TypeDemand[] | undefined, change: Partial<Market> = {}): Market {
  const health = wanted === undefined ? { demand: 1 } : { demand: 1, wanted: [...wanted] };
  return { health, private: false, level: 'novice', ...change };
}

const anyModel = fc
  .record({
    installed: fc.constantFrom(null, null, digest),
    types: fc.uniqueArray(fc.constantFrom(...TaskType.options), { minLength: 1, maxLength: 4 }),
    sizeClass: fc.constantFrom(...SizeClass.options),
    sizeBytes: fc.integer({ min: 1e6, max: 1e10 }),
    tokensPerSecond: fc.double({ min: 0, max: 2000, noNaN: true }),
    measured: fc.boolean(),
  })
  .map((change) => model('m', change));
const anyModels = fc
  .array(anyModel, { maxLength: 8 })
  .map((models) => models.map((one, index) => ({ ...one, id: `m${index}`, name: `m${index}` })));
const anyDemand = fc.record({
  type: fc.constantFrom(...TaskType.options),
  tasksPerHour: fc.double({ min: 0, max: 5000, noNaN: true }),
  tokensPerTask: fc.option(fc.integer({ min: 0, max: 2000 })),
  nodes: fc.nat(50),
});
const anyMarket = fc.record({
  health: fc.option(
    fc.record({
      demand: fc.double({ min: 0.5, max: 3, noNaN: true }),
      wanted: fc.uniqueArray(anyDemand, { selector: ({ type }) => type, maxLength: 9 }),
    }),
  ),
  private: fc.boolean(),
  level: fc.constantFrom(...ReputationLevel.options),
});

/** Of the hours of a payback: far above the rounding of a few divisions, far below what anybody would notice. */
const tolerance = 1e-3;

describe('the earning advice', () => {
  test('pays the node’s share of the demand, or its output if less, at the price of its size class', () => {
    // 100 × 200 tokens, shared with three others and this node: 5,000 tokens × 0.20 per 1,000 × 80 %.
    const slow = model('slow', { tokensPerSecond: 1, sizeClass: 'huge' });
    const advice = adviseModel([slow, model('small')], market([chats]), 2e6);
    expect(advice.basis).toBe('demand');
    // 3,600 tokens × 1.60 per 1,000 × 80 %.
    expect(advice.rows.map(({ id, perHour, limit }) => ({ id, perHour, limit }))).toEqual([
      { id: 'slow', perHour: '4.608', limit: 'speed' },
      { id: 'small', perHour: '0.8', limit: 'demand' },
    ]);
    expect(advice.best).toMatchObject({ row: { id: 'slow' }, extraPerHour: '4.608', downloadSeconds: 500 });
    expect(advice.best?.paybackHours).toBeCloseTo(500 / 3600);
  });

  test('recommends nothing without reported demand, and sorts by busy hours', () => {
    for (const silent of [market(undefined), { ...market(undefined), health: null }]) {
      const advice = adviseModel([model('a'), model('b', { tokensPerSecond: 30 })], silent, 2e6);
      expect(advice).toMatchObject({ basis: 'unknown', best: null });
      expect(advice.rows.map(({ id, perHour }) => [id, perHour])).toEqual([
        ['b', null],
        ['a', null],
      ]);
    }
    expect(adviseModel([model('a')], market([]), 2e6)).toMatchObject({ basis: 'quiet', best: null });
    const lengthUnknown = market([{ ...chats, tokensPerTask: null }]);
    expect(adviseModel([model('a')], lengthUnknown, 2e6)).toMatchObject({ basis: 'unknown', best: null });
  });

  test('counts tasks of unserved types with the average length', () => {
    const unserved: TypeDemand = { type: 'documentation', tasksPerHour: 10, tokensPerTask: null, nodes: 0 };
    const [best] = adviseModel([model('writer', { types: ['documentation'] })], market([chats, unserved]), null).rows;
    // 10 × 200 tokens for this node alone.
    expect(best).toMatchObject({ id: 'writer', perHour: '0.32' });
  });

  test('applies level gates in public swarms only', () => {
    const audits = [{ ...chats, type: 'security_audit' as const }];
    const auditor = [model('auditor', { types: ['security_audit'] })];
    expect(adviseModel(auditor, market(audits), null).best).toBeNull();
    expect(adviseModel(auditor, market(audits, { level: 'master' }), null).best).not.toBeNull();
    expect(adviseModel(auditor, market(audits, { private: true }), null).best).not.toBeNull();
  });

  test('does not count nodes that already serve a type twice', () => {
    const here = model('here', { installed: digest, tokensPerSecond: 1 });
    const [best] = adviseModel([here, model('other')], market([chats]), null).rows;
    // Of three nodes this one is one: 100 × 200 / 3 tokens.
    expect(best).toMatchObject({ id: 'other', perHour: '1.06656' });
  });

  test('never recommends an installed model or one that would not earn more; keeps an unknown download time unknown', () => {
    fc.assert(
      fc.property(anyModels, anyMarket, fc.option(fc.integer({ min: 1, max: 1e9 })), (models, around, speed) => {
        const advice = EarningAdvice.parse(adviseModel(models, around, speed));
        expect(advice.rows).toHaveLength(models.length);
        const { best, rows } = advice;
        if (best === null) return;
        expect(advice.basis).toBe('demand');
        expect(best.row.installed).toBeNull();
        const now = rows
          .filter(({ installed }) => installed !== null)
          .map(({ perHour }) => parseCredits(perHour ?? '0'));
        const most = now.reduce((one, other) => (other > one ? other : one), 0n);
        expect(parseCredits(best.extraPerHour)).toBe(parseCredits(best.row.perHour ?? '0') - most);
        expect(parseCredits(best.extraPerHour) > 0n).toBe(true);
        expect(best.downloadSeconds === null).toBe(speed === null);
        expect(best.paybackHours === null).toBe(speed === null);
      }),
    );
  });

  test('is ahead after the payback time, and not before', () => {
    fc.assert(
      fc.property(anyModels, anyMarket, fc.integer({ min: 1000, max: 1e8 }), (models, around, speed) => {
        const { best } = adviseModel(models, around, speed);
        if (best === null || best.paybackHours === null || best.downloadSeconds === null) return;
        const then = Number(parseCredits(best.row.perHour ?? '0'));
        const now = then - Number(parseCredits(best.extraPerHour));
        const downloadHours = best.downloadSeconds / 3600;
        // Without a tolerance: the formula is rounded in this direction (test/defects/paybackBeforeDownload.test.ts).
        expect(best.paybackHours).toBeGreaterThanOrEqual(downloadHours);
        const ahead = (hours: number) => then * (hours - downloadHours) - now * hours;
        expect(ahead(best.paybackHours * (1 + tolerance))).toBeGreaterThanOrEqual(0);
        expect(ahead(best.paybackHours * (1 - tolerance))).toBeLessThanOrEqual(0);
      }),
    );
  });

  test('never exceeds a busy hour at the demand multiplier, and grows with demand', () => {
    fc.assert(
      fc.property(anyModels, anyMarket, (models, around) => {
        const { health } = around;
        if (health === null) return;
        const busier = { ...around, health: { ...health, wanted: health.wanted.map(twice) } };
        const rows = new Map(adviseModel(models, around, null).rows.map((row) => [row.id, row]));
        const more = new Map(adviseModel(models, busier, null).rows.map((row) => [row.id, row]));
        for (const one of models) {
          const perHour = rows.get(one.id)?.perHour;
          if (perHour === null || perHour === undefined) continue;
          const full = earningsOfFullHour(one, around.level);
          const perMille = BigInt(Math.round(health.demand * 1000));
          // Each is rounded down once.
          expect(parseCredits(perHour) <= ((full + 1n) * perMille) / 1000n + 1n).toBe(true);
          expect(parseCredits(more.get(one.id)?.perHour ?? '0') >= parseCredits(perHour)).toBe(true);
        }
      }),
    );
  });
});

function twice(row: TypeDemand): TypeDemand {
  return { ...row, tasksPerHour: row.tasksPerHour * 2 };
}
