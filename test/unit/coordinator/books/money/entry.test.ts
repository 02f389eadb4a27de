import { createHash } from 'node:crypto';
import { fc } from '@fast-check/vitest';
import canonicalize from 'canonicalize';
import { describe, expect, it } from 'vitest';
import { accountName, system, user } from '#coordinator/books/money/accountNames.ts';
import {
  type NewEntry,
  UnbalancedEntryError,
  balancedLegs,
  chainRoot,
  entryHash,
} from '#coordinator/books/money/entry.ts';

const id = fc.stringMatching(/^[a-z0-9_]{1,12}$/);
const anyEntry = fc.record({
  at: fc.oneof(fc.nat(), fc.double({ min: 0, max: 2e12, noNaN: true })),
  category: fc.constantFrom('grant' as const, 'settlement' as const),
  reference: id,
  taskId: fc.option(id),
  nodeId: fc.option(id),
  priceVersion: fc.option(fc.nat(5)),
  legs: fc.array(
    fc.record(
      {
        account: id.map((owner) => user(owner, 'available')),
        amount: fc.bigInt(),
        assignmentId: id,
        counts: fc.constant('earned' as const),
      },
      { requiredKeys: ['account', 'amount'] },
    ),
    { maxLength: 4 },
  ),
});

describe('entryHash', () => {
  it('hashes the canonical JSON of everything in the entry', () => {
    fc.assert(
      fc.property(anyEntry, fc.uint8Array({ minLength: 32, maxLength: 32 }), (entry, previous) => {
        const value = {
          ...entry,
          chain: 0,
          entryId: 7,
          previous: Buffer.from(previous).toString('base64url'),
          legs: entry.legs.map((leg) => ({
            account: accountName(leg.account),
            amount: String(leg.amount),
            assignmentId: leg.assignmentId ?? null,
            counts: leg.counts ?? null,
            nodeId: null,
          })),
        };
        const expected = createHash('sha256')
          .update(canonicalize(value) ?? '')
          .digest();
        expect(entryHash(7, entry, entry.legs, previous)).toEqual(expected);
      }),
    );
  });
});

describe('balancedLegs', () => {
  const entry: NewEntry = {
    at: 1,
    category: 'grant',
    reference: 'grant:x',
    taskId: null,
    nodeId: null,
    priceVersion: null,
    legs: [
      { account: system('issuance'), amount: -5n },
      { account: system('treasury'), amount: 0n },
      { account: user('x', 'available'), amount: 5n },
    ],
  };

  it('drops what moves nothing', () => {
    expect(balancedLegs(entry)).toHaveLength(2);
  });

  it('refuses what makes or loses money', () => {
    expect(() => balancedLegs({ ...entry, legs: entry.legs.slice(1) })).toThrow(UnbalancedEntryError);
  });

  it('starts its chain at zero', () => {
    expect(Buffer.from(chainRoot).toString('hex')).toBe('00'.repeat(32));
  });
});
