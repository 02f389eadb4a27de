import { fc } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import {
  QualityLevel,
  SizeClass,
  billedPromptTokens,
  feeOn,
  holdFor,
  paidQuality,
  priceTable,
  rewardOf,
  sizeClassOf,
} from '#shared/domain/money/prices.ts';
import { ReputationLevel } from '#shared/domain/swarm/reputationLevel.ts';

const anyReward = fc.record({
  tariff: fc.record({
    sizeClass: fc.constantFrom(...SizeClass.options),
    quality: fc.constantFrom(...QualityLevel.options),
    demandPerMille: fc.bigInt({ min: priceTable.demandPerMille.least, max: priceTable.demandPerMille.most }),
  }),
  outputTokens: fc.nat(32_768),
  promptTokens: fc.nat(65_536),
  promptPart: fc.constant({ part: 1, whole: 1 }),
  qualityScore: fc.nat(100),
  level: fc.constantFrom(...ReputationLevel.options),
});

describe('rewardOf', () => {
  it('is the table’s price at neutral factors', () => {
    const plain = {
      tariff: { sizeClass: 'tiny', quality: 'fast', demandPerMille: 1000n },
      outputTokens: 1000,
      promptTokens: 0,
      promptPart: { part: 1, whole: 1 },
      qualityScore: 100,
      level: 'novice',
    } as const;
    expect(rewardOf(plain)).toBe(50_000n);
    expect(rewardOf({ ...plain, outputTokens: 0, promptTokens: 5000 })).toBe(50_000n);
    expect(rewardOf({ ...plain, level: 'master' })).toBe(100_000n);
    expect(rewardOf({ ...plain, qualityScore: 0 })).toBe(40_000n);
    expect(rewardOf({ ...plain, tariff: { ...plain.tariff, quality: 'high_quality' } })).toBe(80_000n);
    expect(rewardOf({ ...plain, tariff: { ...plain.tariff, sizeClass: 'huge' } })).toBe(1_600_000n);
  });

  it('grows with tokens, quality and level', () => {
    fc.assert(
      fc.property(anyReward, fc.nat(100), (input, more) => {
        const reward = rewardOf(input);
        expect(rewardOf({ ...input, outputTokens: input.outputTokens + more }) >= reward).toBe(true);
        expect(rewardOf({ ...input, qualityScore: Math.min(100, input.qualityScore + more) }) >= reward).toBe(true);
        expect(rewardOf({ ...input, level: 'master' }) >= reward).toBe(true);
      }),
    );
  });

  it('never pays more in parts than as a whole', () => {
    fc.assert(
      fc.property(
        anyReward,
        fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 8 }),
        (input, parts) => {
          const whole = parts.reduce((sum, part) => sum + part, 0);
          const inParts = parts.reduce(
            (sum, part) => sum + rewardOf({ ...input, outputTokens: part, promptPart: { part, whole } }),
            0n,
          );
          const atOnce = rewardOf({ ...input, outputTokens: whole });
          expect(inParts <= atOnce).toBe(true);
          expect(atOnce - inParts < BigInt(parts.length)).toBe(true);
        },
      ),
    );
  });
});

describe('holdFor', () => {
  it('covers every reward up to its level, with the fee', () => {
    fc.assert(
      fc.property(anyReward, fc.nat(1000), (input, unused) => {
        const hold = holdFor({
          tariff: input.tariff,
          maxTokens: input.outputTokens + unused,
          promptTokens: input.promptTokens,
          highestLevel: input.level,
        });
        const reward = rewardOf(input);
        expect(reward + feeOn(reward) <= hold).toBe(true);
      }),
    );
  });
});

describe('feeOn', () => {
  it('is a twentieth, rounded up', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), (rewards) => {
        const fee = feeOn(rewards);
        expect(fee * 20n >= rewards && (fee - 1n) * 20n < rewards).toBe(true);
      }),
    );
    expect([0n, 1n, 20n, 21n].map(feeOn)).toEqual([0n, 1n, 1n, 2n]);
  });
});

describe('the other prices', () => {
  it('bill prompts by quarters of bytes, rounded up', () => {
    expect([0, 1, 4, 5].map(billedPromptTokens)).toEqual([0, 1, 1, 2]);
  });

  it('pay a quality between the floor and 100', () => {
    expect([-5, 0, 79.6, 80, 90.4, 100, 250].map(paidQuality)).toEqual([80, 80, 80, 80, 90, 100, 100]);
  });

  it('know the size classes at their bounds', () => {
    expect([0.49e9, 0.5e9, 2e9, 5e9, 9.9e9, 10e9].map(sizeClassOf)).toEqual([
      'tiny',
      'small',
      'medium',
      'large',
      'large',
      'huge',
    ]);
  });
});
