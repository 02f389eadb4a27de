import { fc } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import {
  type ReputationEvidence,
  type ReputationState,
  afterIdle,
  countsForReputation,
  lowerBound,
  newReputation,
  reputationFormula,
  reputationOf,
  withEvidence,
} from '#shared/domain/swarm/reputation.ts';
import { reaches } from '#shared/domain/swarm/reputationLevel.ts';
import { Audience, PrivacyClass } from '#shared/domain/tasks/task.ts';

const day = 86_400_000;
/** Of sums and quotients of evidence, which is counted up to a few hundred. */
const tolerance = 1e-9;
/** Layers are shown in hundredths: two of them may be rounded apart by one. */
const shownStep = 0.01 + tolerance;
const good: ReputationEvidence = { kind: 'settled', onTime: true, automated: 1, earlierFromRequester: 0 };
const bad: ReputationEvidence = { kind: 'failed', weight: 1 };
const anyEvidence: fc.Arbitrary<ReputationEvidence> = fc.oneof(
  fc.record({
    kind: fc.constant('settled' as const),
    onTime: fc.boolean(),
    automated: fc.double({ min: 0, max: 1, noNaN: true }),
    earlierFromRequester: fc.nat(10),
  }),
  fc.record({ kind: fc.constant('failed' as const), weight: fc.double({ min: 0, max: 2, noNaN: true }) }),
);
const anyPath = fc.array(fc.record({ evidence: anyEvidence, afterMs: fc.nat(40 * day) }), { maxLength: 60 });

function walk(path: readonly { evidence: ReputationEvidence; afterMs: number }[]): {
  state: ReputationState;
  now: number;
} {
  let now = 0;
  let state = newReputation(now);
  for (const { evidence, afterMs } of path) {
    now += afterMs;
    state = withEvidence(state, evidence, now);
  }
  return { state, now };
}

function repeat(evidence: ReputationEvidence, times: number, now = 0): ReputationState {
  return Array.from({ length: times }).reduce<ReputationState>(
    (state) => withEvidence(state, evidence, now),
    newReputation(0),
  );
}

describe('reputation', () => {
  it('starts as a novice near 28', () => {
    const { score, level } = reputationOf(newReputation(0), 0);
    expect(Math.round(score)).toBeGreaterThanOrEqual(27);
    expect(Math.round(score)).toBeLessThanOrEqual(29);
    expect(level).toBe('novice');
  });

  it('stays within 0 and 100, whatever happens', () => {
    fc.assert(
      fc.property(anyPath, (path) => {
        const { state, now } = walk(path);
        const { score, layers } = reputationOf(state, now);
        for (const value of [score, ...Object.values(layers)]) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(100);
        }
        expect(state.onTime + state.late + state.failed).toBe(path.length);
      }),
    );
  });

  it('rises with good work and falls with failures', () => {
    fc.assert(
      fc.property(anyPath, (path) => {
        const { state, now } = walk(path);
        const before = reputationOf(state, now).layers.success;
        const after = reputationOf(withEvidence(state, bad, now), now).layers.success;
        expect(after).toBeLessThanOrEqual(before + shownStep);
      }),
    );
    expect(reputationOf(repeat(good, 50), 0).score).toBeGreaterThan(reputationOf(repeat(good, 5), 0).score);
  });

  it('fades towards the prior while idle, and never goes back in time', () => {
    fc.assert(
      fc.property(anyPath, fc.nat(400 * day), (path, idle) => {
        const { state, now } = walk(path);
        const rested = afterIdle(state, now + idle);
        const distance = (one: ReputationState): number => Math.abs(one.success.a - 2) + Math.abs(one.success.b - 2);
        expect(distance(rested)).toBeLessThanOrEqual(distance(state) + tolerance);
        expect(afterIdle(rested, now - 5 * day).updatedAt).toBe(rested.updatedAt);
      }),
    );
  });

  it('counts at most five settled tasks of one requester towards the floors', () => {
    const { floorPerRequester } = reputationFormula;
    const state = Array.from({ length: 9 }, (_, index) => index).reduce(
      (current, earlierFromRequester) => withEvidence(current, { ...good, earlierFromRequester }, 0),
      newReputation(0),
    );
    expect(state.settledForFloor).toBe(floorPerRequester);
  });

  it('grants a level only above its floors', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(30), (settled, days) => {
        const state = {
          ...repeat(good, 20),
          peer: { a: 500, b: 1 },
          automated: { a: 500, b: 1 },
          success: { a: 500, b: 1 },
        };
        const { level } = reputationOf({ ...state, settledForFloor: settled, updatedAt: days * day }, days * day);
        const floor = reputationFormula.floors[level];
        expect(settled).toBeGreaterThanOrEqual(floor.settled);
        expect(days).toBeGreaterThanOrEqual(floor.days);
        expect(reaches(level, 'master')).toBe(settled >= 400 && days >= 14);
      }),
    );
  });

  it('trusts small samples little', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 500, noNaN: true }),
        fc.double({ min: 0.5, max: 500, noNaN: true }),
        (a, b) => {
          expect(lowerBound({ a, b })).toBeLessThanOrEqual(a / (a + b) + tolerance);
          expect(lowerBound({ a: 10 * a, b: 10 * b })).toBeGreaterThanOrEqual(lowerBound({ a, b }) - tolerance);
        },
      ),
    );
  });
});

it('counts only the tasks of strangers', () => {
  const counting = Audience.options.flatMap((audience) =>
    PrivacyClass.options.flatMap((privacy) =>
      countsForReputation({ audience, privacy, welcome: false }) ? [`${audience} ${privacy}`] : [],
    ),
  );
  expect(counting).toEqual(['anyone public', 'anyone internal']);
  expect(countsForReputation({ audience: 'anyone', privacy: 'public', welcome: true })).toBe(false);
});
