import { fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { RecentEvents } from '#coordinator/storage/sqlite/RecentEvents.ts';

describe('RecentEvents', () => {
  const event = fc.oneof(
    fc.record({ kind: fc.constant('add' as const), many: fc.integer({ min: 1, max: 40 }) }),
    fc.record({ kind: fc.constant('forget' as const), many: fc.integer({ min: 0, max: 60 }) }),
  );

  test('what it gives is what the rows would give, or nothing', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), fc.nat(100), (steps, after) => {
        const recent = new RecentEvents<{ seq: number }>();
        let last = 0;
        let forgotten = 0;
        for (const { kind, many } of steps) {
          if (kind === 'add') {
            for (let count = 0; count < many; count += 1) recent.add('node', { seq: (last += 1) });
          } else recent.forget('node', (forgotten = Math.max(forgotten, Math.min(last, many))));
        }
        const given = recent.after('node', Math.max(after, forgotten), 1000);
        const from = Math.max(after, forgotten);
        const rows = Array.from({ length: Math.max(0, last - from) }, (_, index) => ({ seq: from + index + 1 }));
        expect(given ?? rows).toEqual(rows);
      }),
    );
    const recent = new RecentEvents<{ seq: number }>();
    recent.add('node', { seq: 5 });
    expect(recent.after('node', 4, 10)).toEqual([{ seq: 5 }]);
    expect(recent.after('node', 3, 10)).toBeUndefined();
  });
});
