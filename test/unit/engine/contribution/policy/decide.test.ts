import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Decision, nameOf } from '#engine/contribution/policy/Decision.ts';
import { decide } from '#engine/contribution/policy/decide.ts';
import type { MachineState } from '#engine/contribution/policy/MachineState.ts';
import { needsOf } from '#engine/contribution/policy/needsOf.ts';
import { paceOf } from '#engine/contribution/policy/paceOf.ts';
import { known, nothingSeen, type Reading, unknown } from '#engine/ports/SenseReadings.ts';
import { contributionDefaults, type ContributionSettings } from '#shared/api/contributionSettings.ts';
import { Contribution } from '#shared/api/snapshot.ts';
import { evenSchedule, slotsPerDay } from '#shared/domain/machine/weekSchedule.ts';

const now = Date.UTC(2026, 5, 1, 12);
const quiet: MachineState = {
  ...nothingSeen,
  wish: { on: true, snoozedUntil: null },
  previous: null,
  clockTime: () => '18:00',
};
const all: ContributionSettings = {
  ...contributionDefaults,
  'contribution.onlyWhenIdle': true,
  'contribution.exclusivePrograms': ['steam'],
};

/** Slowed down for others for as long as it takes to pause. */
const pressedForLong: MachineState['previous'] = {
  decision: {
    do: 'slow',
    share: 0.1,
    pressed: true,
    reason: { code: 'slowed', title: 'S', text: 'T', resumesAt: null },
  },
  since: now - 20_000,
};

/** What stands against work, strongest first, with the state in which it does. */
const obstacles: readonly [string, Partial<MachineState>, Partial<ContributionSettings>][] = [
  ['switched_off', { wish: { on: false, snoozedUntil: null } }, {}],
  ['paused', { wish: { on: true, snoozedUntil: 'forever' } }, {}],
  ['snoozed', { wish: { on: true, snoozedUntil: now + 1 } }, {}],
  ['maintenance', {}, { 'contribution.maintenance': [{ from: now, until: now + 5 }] }],
  ['schedule', {}, { 'contribution.schedule': evenSchedule(false) }],
  ['user_active', { user: known({ idleMs: 299_999 }) }, {}],
  ['battery', { battery: known({ onBattery: true }) }, {}],
  ['program', { programs: known(['bash', 'Steam.exe']) }, {}],
  ['temperature', { temperature: known(85.5) }, {}],
  ['metered', { network: known({ metered: true }) }, {}],
  ['processor', { processor: known({ share: 0.5, processors: 2 }), previous: pressedForLong }, {}],
];

function reading<T>(value: fc.Arbitrary<T>): fc.Arbitrary<Reading<T>> {
  return fc.oneof(value.map(known), fc.constant(unknown('not here')));
}

const share = fc.double({ min: 0, max: 1, noNaN: true });
const days = fc.array(fc.constantFrom('0'.repeat(slotsPerDay), '01'.repeat(24), '1'.repeat(slotsPerDay)), {
  minLength: 7,
  maxLength: 7,
});
const anySettings: fc.Arbitrary<ContributionSettings> = fc
  .record({
    'contribution.onlyWhenIdle': fc.boolean(),
    'contribution.pauseOnBattery': fc.boolean(),
    'contribution.yieldToPrograms': fc.boolean(),
    'contribution.onMetered': fc.boolean(),
    'contribution.exclusivePrograms': fc.constantFrom<string[]>([], ['steam']),
    'contribution.maxTemperature': fc.option(fc.integer({ min: 40, max: 110 })),
    'contribution.cpuShare': fc.integer({ min: 5, max: 100 }),
    'contribution.schedule': fc.option(fc.record({ timeZone: fc.constant('Europe/Berlin'), days })),
  })
  .map((some) => ({ ...contributionDefaults, ...some }));
const anyState: fc.Arbitrary<MachineState> = fc.record({
  wish: fc.record({
    on: fc.boolean(),
    snoozedUntil: fc.constantFrom<number | 'forever' | null>(null, 'forever', now - 1, now + 1),
  }),
  user: reading(fc.record({ idleMs: fc.integer({ min: 0, max: 1e7 }) })),
  battery: reading(fc.record({ onBattery: fc.boolean() })),
  processor: reading(fc.record({ share, processors: fc.integer({ min: 1, max: 64 }) })),
  temperature: reading(fc.double({ min: 20, max: 120, noNaN: true })),
  programs: reading(fc.constantFrom<string[]>([], ['steam'], ['bash'])),
  network: reading(fc.record({ metered: fc.boolean() })),
  previous: fc.constant(null),
  clockTime: fc.constant(() => '18:00'),
});

describe('decide', () => {
  test('nothing known stands against nothing: a machine on which nobody can be seen counts as idle', () => {
    expect(decide(quiet, all, now)).toEqual({ do: 'work' });
  });

  test.each(obstacles)('%s pauses with its reason', (code, state, settings) => {
    expect(nameOf(decide({ ...quiet, ...state }, { ...all, ...settings }, now))).toBe(code);
  });

  test('of several obstacles the first in the order is told', () => {
    fc.assert(
      fc.property(fc.subarray([...obstacles], { minLength: 1 }), (chosen) => {
        const wish = chosen.find(([, state]) => state.wish !== undefined)?.[1].wish ?? quiet.wish;
        const state = Object.assign({ ...quiet }, ...chosen.map(([, one]) => one), { wish }) as MachineState;
        const settings = Object.assign({ ...all }, ...chosen.map(([, , one]) => one)) as ContributionSettings;
        expect(nameOf(decide(state, settings, now))).toBe(chosen[0]?.[0]);
      }),
    );
  });

  test('always says why, in words that fit, and never ends in the past', () => {
    fc.assert(
      fc.property(anyState, anySettings, (state, settings) => {
        const decision = decide(state, settings, now);
        if (decision.do === 'work') return;
        expect(Contribution.shape.reason.parse(decision.reason)).toEqual(decision.reason);
        expect(decision.reason.text).not.toBe('');
        expect(decision.reason.resumesAt ?? Number.POSITIVE_INFINITY).toBeGreaterThan(now);
      }),
    );
  });

  test('a pause that ends by itself is over at the time it tells', () => {
    fc.assert(
      fc.property(anySettings, fc.boolean(), (settings, snoozed) => {
        const wish = { on: true, snoozedUntil: snoozed ? now + 60_000 : null };
        const decision = decide({ ...quiet, wish }, settings, now);
        if (decision.do !== 'pause' || decision.reason.resumesAt === null) return;
        const later = decide({ ...quiet, wish }, settings, decision.reason.resumesAt);
        expect(nameOf(later)).not.toBe(decision.reason.code);
      }),
    );
  });

  test('senses that no setting needs make no difference', () => {
    fc.assert(
      fc.property(anyState, anySettings, (state, settings) => {
        const needs = needsOf(settings, true);
        const blind = Object.fromEntries(
          Object.entries(nothingSeen).map(([name, none]) => [
            name,
            needs.has(name as never) ? Reflect.get(state, name) : none,
          ]),
        );
        expect(decide({ ...state, ...blind }, settings, now)).toEqual(decide(state, settings, now));
      }),
    );
  });

  test('never runs faster than the owner allows, and never stands still while it works', () => {
    fc.assert(
      fc.property(anyState, anySettings, (state, settings) => {
        const pace = paceOf(settings, decide(state, settings, now));
        // A tolerance for the quotient.
        expect(pace.processorShare).toBeLessThanOrEqual(settings['contribution.cpuShare'] / 100 + 1e-9);
        expect(pace.processorShare).toBeGreaterThan(0);
      }),
    );
  });

  test('maintenance windows that touch are one pause', () => {
    const maintenance = [
      { from: now + 10, until: now + 20 },
      { from: now - 5, until: now + 10 },
    ];
    const decision = decide(quiet, { ...all, 'contribution.maintenance': maintenance }, now);
    expect(decision).toMatchObject({ do: 'pause', reason: { resumesAt: now + 20 } });
  });
});

/** Decides once per load, a second apart, each decision knowing the one before. */
function follow(loads: readonly number[], processors = 2): Decision[] {
  const decisions: Decision[] = [];
  let previous: MachineState['previous'] = null;
  for (const [second, load] of loads.entries()) {
    const at = now + second * 1000;
    const state = { ...quiet, processor: known({ share: load, processors }), previous };
    const decision = decide(state, contributionDefaults, at);
    const since: number = previous !== null && nameOf(previous.decision) === nameOf(decision) ? previous.since : at;
    previous = { decision, since };
    decisions.push(decision);
  }
  return decisions;
}

function changes(decisions: readonly Decision[]): number {
  return decisions.filter((one, index) => index > 0 && nameOf(one) !== nameOf(decisions[index - 1] ?? one)).length;
}

describe('giving way to other programs', () => {
  test('works beside little load, slows beside more, slows to the least beside much, pauses when that goes on', () => {
    expect(follow([0.1]).map(nameOf)).toEqual(['work']);
    expect(follow([0.2])).toMatchObject([{ do: 'slow', share: 0.4, reason: { title: 'Slowed to 40 %' } }]);
    const much = follow(Array.from({ length: 22 }, () => 0.5));
    expect(much[0]).toMatchObject({ do: 'slow', share: 0.1 });
    expect(much.findIndex(({ do: what }) => what === 'pause')).toBe(20);
  });

  test('one busy program is something on a large machine too', () => {
    expect(follow([1 / 16], 16).map(nameOf)).toEqual(['slow']);
  });

  test('a load that wavers around a limit does not make it flap', () => {
    const limits = fc.constantFrom(0.2, 0.45);
    const wobble = fc.array(fc.double({ min: -0.04, max: 0.04, noNaN: true }), { minLength: 30, maxLength: 60 });
    fc.assert(
      fc.property(limits, wobble, (limit, off) => {
        // Once across the limit and back is a change of load; more would be flapping.
        expect(changes(follow(off.map((one) => limit + one)))).toBeLessThanOrEqual(2);
      }),
    );
  });

  test('a pause lasts half a minute at least, and ends when the others are done', () => {
    const load = [...Array.from({ length: 21 }, () => 0.9), ...Array.from({ length: 40 }, () => 0.05)];
    expect(follow(load).map(nameOf).lastIndexOf('processor')).toBe(49);
  });

  test('heat pauses until it is clearly cooler', () => {
    let previous: MachineState['previous'] = null;
    const codes = [84, 86, 84, 81, 80, 84].map((degrees) => {
      const decision = decide({ ...quiet, temperature: known(degrees), previous }, contributionDefaults, now);
      previous = { decision, since: now };
      return nameOf(decision);
    });
    expect(codes).toEqual(['work', 'temperature', 'temperature', 'temperature', 'work', 'work']);
  });
});
