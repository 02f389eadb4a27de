import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ModelCapacity } from '#engine/ports/inference/ModelCapacity.ts';
import { decideOffer, type OfferFacts } from '#engine/contribution/policy/decideOffer.ts';
import type { Reason } from '#engine/contribution/policy/Decision.ts';
import { OfferReply } from '#shared/protocol/working.ts';

const capacity = fc.record({
  digest: fc.constant('d'.repeat(64)),
  state: fc.constantFrom('loading', 'ready', 'unloaded', 'gave_up', 'refused'),
  reason: fc.string({ maxLength: 400 }),
  slots: fc.integer({ min: 1, max: 10 }),
  contextSize: fc.integer({ min: 16, max: 131_072 }),
  busy: fc.nat(10),
  waiting: fc.nat(3),
  tokensPerSecond: fc.option(fc.double({ min: 0, max: 5000, noNaN: true })),
  reservedBytes: fc.nat(),
}) satisfies fc.Arbitrary<ModelCapacity>;

const pause = fc.constantFrom<Reason | null>(null, { code: 'snoozed', title: 'Paused', text: 'Later.', resumesAt: 5 });

const facts: fc.Arbitrary<OfferFacts> = fc.record({
  offer: fc.record({
    assignmentId: fc.constant('01ARZ3NDEKTSV4RRFFQ69G5FAV'),
    type: fc.constant('code_completion'),
    language: fc.constant(''),
    quality: fc.constant('fast'),
    promptBytes: fc.nat(300_000),
    maxTokens: fc.integer({ min: 1, max: 32_768 }),
    modelDigest: fc.constant('d'.repeat(64)),
    reward: fc.constant('0.01'),
    deadlineMs: fc.integer({ min: 1, max: 86_400_000 }),
    privacy: fc.constant('internal'),
    own: fc.boolean(),
  }),
  pause,
  draining: fc.boolean(),
  contextSize: fc.option(fc.integer({ min: 16, max: 131_072 })),
  capacity: fc.option(capacity),
  load: fc.option(
    fc.record({
      contextSize: fc.integer({ min: 16, max: 131_072 }),
      slots: fc.integer({ min: 1, max: 10 }),
      loadMs: fc.nat(600_000),
    }),
  ),
  expected: fc.nat(3),
  othersExpected: fc.array(fc.constantFrom('loading', 'ready', 'unloaded'), { maxLength: 3 }),
});

describe('decideOffer', () => {
  test('always answers something that the wire admits', () => {
    fc.assert(
      fc.property(facts, (given) => {
        expect(OfferReply.safeParse(decideOffer(given)).success).toBe(true);
      }),
    );
  });

  test('nothing is accepted that cannot run, does not fit, or has no free slot', () => {
    fc.assert(
      fc.property(facts, (given) => {
        fc.pre(decideOffer(given).answer === 'accept');
        expect(given.draining).toBe(false);
        expect(given.contextSize).not.toBeNull();
        expect(given.offer.maxTokens).toBeLessThanOrEqual(given.contextSize ?? 0);
        expect(['gave_up', 'refused']).not.toContain(given.capacity?.state);
        const { busy, waiting, slots } = given.capacity ?? { busy: 0, waiting: 0, slots: 100 };
        expect(busy + waiting + given.expected).toBeLessThan(slots);
      }),
    );
  });

  test('a model that is not in memory is promised with its load, and only when nothing else may need its place', () => {
    const free = { draining: false, pause: null, contextSize: 8192, expected: 0, othersExpected: [] };
    const load = { contextSize: 2048, slots: 1, loadMs: 5000 };
    fc.assert(
      fc.property(facts, capacity, (given, some) => {
        const resting = { ...some, state: 'unloaded' as const, slots: 4, busy: 0, waiting: 0, tokensPerSecond: 100 };
        const offer = { ...given.offer, promptBytes: 0, maxTokens: 200, deadlineMs: 7000 };
        const asked: OfferFacts = { ...free, offer, capacity: resting, load };
        expect(decideOffer(asked)).toEqual({ answer: 'accept', estimateMs: 7000 });
        const against: Partial<OfferFacts>[] = [
          { load: null },
          { expected: 1 },
          { othersExpected: ['ready'] },
          { offer: { ...offer, deadlineMs: 6999 } },
          { offer: { ...offer, maxTokens: 2049, deadlineMs: 86_400_000 } },
        ];
        for (const change of against) expect(decideOffer({ ...asked, ...change }).answer).toBe('decline');
      }),
    );
  });

  test('while an accepted model still has to be loaded, no other is accepted: it may be the one that leaves', () => {
    fc.assert(
      fc.property(facts, (given) => {
        expect(decideOffer({ ...given, othersExpected: ['ready', 'unloaded'] }).answer).toBe('decline');
      }),
    );
  });

  test('work for others is never taken during a pause; own tasks do not mind it', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const paused = given.pause !== null && !given.offer.own;
        expect(paused && decideOffer(given).answer === 'accept').toBe(false);
        const own = { ...given, offer: { ...given.offer, own: true } };
        expect(decideOffer(own)).toEqual(decideOffer({ ...own, pause: null }));
      }),
    );
  });

  test('a promise never exceeds the deadline', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const answer = decideOffer(given);
        const promised = answer.answer === 'accept' ? answer.estimateMs : 0;
        expect(promised).toBeLessThanOrEqual(given.offer.deadlineMs);
      }),
    );
  });
});
