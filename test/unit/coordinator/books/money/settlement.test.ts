import { fc } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { balancedLegs } from '#coordinator/books/money/entry.ts';
import {
  type BilledSegment,
  BillExceedsHoldError,
  billFor,
  holdLegs,
  settlementLegs,
} from '#coordinator/books/money/settlement.ts';
import {
  QualityLevel,
  SizeClass,
  billedPromptTokens,
  feeOn,
  holdFor,
  priceTable,
} from '#shared/domain/money/prices.ts';
import { levelsInOrder } from '#shared/domain/swarm/reputationLevel.ts';

const anyTask = fc.record({
  maxTokens: fc.integer({ min: 1, max: 32_768 }),
  promptBytes: fc.integer({ min: 0, max: 262_144 }),
  quality: fc.constantFrom(...QualityLevel.options),
  demandPerMille: fc.bigInt({ min: 500n, max: 3000n }),
  largest: fc.nat(SizeClass.options.length - 1),
  highest: fc.nat(levelsInOrder.length - 1),
});
const anySegments = fc.array(
  fc.record({
    tokens: fc.nat(20_000),
    size: fc.nat(10),
    level: fc.nat(10),
    score: fc.option(fc.integer({ min: 0, max: 100 })),
    worker: fc.nat(2),
  }),
  { maxLength: 8 },
);

/** A bill as the store makes it: segments follow each other and stay within what was put aside. */
function example(task: typeof anyTask extends fc.Arbitrary<infer T> ? T : never, parts: SegmentParts): Example {
  const largestSize = SizeClass.options[task.largest] ?? 'tiny';
  const highestLevel = levelsInOrder[task.highest] ?? 'novice';
  let next = 0;
  const segments = parts.map((part, index): BilledSegment => {
    const tokens = Math.min(part.tokens, task.maxTokens - next);
    const segment = {
      assignmentId: `assignment-${index}`,
      nodeId: `node-${part.worker}`,
      accountId: `acc_${part.worker}`,
      startIndex: next,
      tokens,
      sizeClass: SizeClass.options[part.size % (task.largest + 1)] ?? 'tiny',
      level: levelsInOrder[part.level % (task.highest + 1)] ?? 'novice',
      qualityScore: part.score,
    };
    next += tokens;
    return segment;
  });
  const tariff = { sizeClass: largestSize, quality: task.quality, demandPerMille: task.demandPerMille };
  const promptTokens = billedPromptTokens(task.promptBytes);
  const hold = holdFor({ tariff, maxTokens: task.maxTokens, promptTokens, highestLevel });
  return { task: { ...task, hold, tariffQuality: task.quality }, segments };
}
type SegmentParts = readonly { tokens: number; size: number; level: number; score: number | null; worker: number }[];
interface Example {
  task: { hold: bigint; promptBytes: number; tariffQuality: QualityLevel; demandPerMille: bigint };
  segments: BilledSegment[];
}

describe('billFor', () => {
  it('never costs more than was put aside', () => {
    fc.assert(
      fc.property(anyTask, anySegments, (facts, parts) => {
        const { task, segments } = example(facts, parts);
        const bill = billFor(task, segments, segments[0]);
        const sum = [...bill.rewards.values()].reduce((total, reward) => total + reward, 0n);
        expect(bill.cost).toBe(sum + feeOn(sum));
        expect(bill.cost <= task.hold).toBe(true);
        for (const reward of bill.rewards.values()) expect(reward >= 0n).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('moves exactly the hold, with every leg accounted for', () => {
    fc.assert(
      fc.property(
        anyTask,
        anySegments,
        fc.boolean(),
        fc.constantFrom('available' as const, 'pending' as const),
        (facts, parts, welcome, rewardsTo) => {
          const { task, segments } = example(facts, parts);
          const bill = billFor(task, segments, undefined);
          const entry = {
            at: 1,
            category: 'settlement',
            reference: 'x',
            taskId: null,
            nodeId: null,
            priceVersion: 1,
          } as const;
          const workers = segments.filter(({ assignmentId }) => bill.rewards.has(assignmentId));
          const settled = settlementLegs({ requester: 'acc_r', welcome, hold: task.hold, bill, workers, rewardsTo });
          const all = balancedLegs({ ...entry, legs: [...holdLegs('acc_r', welcome, task.hold), ...settled] });
          const of = (part: string) =>
            all.reduce((sum, { account, amount }) => sum + (account.part === part ? amount : 0n), 0n);
          expect(of('escrow')).toBe(0n);
          expect(of(rewardsTo) - (rewardsTo === 'available' && !welcome ? -bill.cost : 0n)).toBe(
            [...bill.rewards.values()].reduce((sum, reward) => sum + reward, 0n),
          );
        },
      ),
    );
  });

  const segment: BilledSegment = {
    assignmentId: 'one',
    nodeId: 'node',
    accountId: 'acc',
    startIndex: 0,
    tokens: 100,
    sizeClass: 'tiny',
    level: 'novice',
    qualityScore: 100,
  };
  const task = { hold: 1_000_000n, promptBytes: 400, tariffQuality: 'fast', demandPerMille: 1000n } as const;

  it('pays each position once, to the earlier segment', () => {
    const twin = { ...segment, assignmentId: 'two', startIndex: 40 };
    const alone = billFor(task, [{ ...segment, tokens: 140 }], undefined);
    const both = billFor(task, [twin, segment], undefined);
    // (100 tokens + 100 prompt tokens / 5 × 100 / 140) × 50 micro-credits.
    expect(both.rewards.get('one')).toBe(5714n);
    expect(both.cost).toBeLessThanOrEqual(alone.cost);
    expect(billFor(task, [segment, { ...segment, assignmentId: 'copy' }], undefined).rewards.has('copy')).toBe(false);
  });

  it('pays the prompt price when no token was accepted, and nothing without anybody to pay', () => {
    const empty = { ...segment, tokens: 0 };
    expect(billFor(task, [empty], undefined)).toEqual({ rewards: new Map(), fee: 0n, cost: 0n });
    expect(billFor(task, [], segment).rewards.get('one')).toBe((100n * priceTable.basePer1000.tiny) / 5n / 1000n);
  });

  it('is free where nothing was put aside', () => {
    expect(billFor({ ...task, hold: 0n }, [segment], segment).cost).toBe(0n);
  });

  it('refuses to exceed the hold', () => {
    expect(() => billFor({ ...task, hold: 10n }, [segment], undefined)).toThrow(BillExceedsHoldError);
  });
});
