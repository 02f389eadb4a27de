import { fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { RecentEvents } from '#coordinator/store/RecentEvents.ts';
import { RowCache } from '#coordinator/store/RowCache.ts';

describe('RowCache', () => {
  const step = fc.record({ key: fc.constantFrom('a', 'b', 'c'), value: fc.nat(9), drops: fc.boolean() });

  test('a command that failed leaves nothing behind, whatever it wrote, dropped or pushed out', () => {
    fc.assert(
      fc.property(fc.array(step), fc.array(step), (kept, undone) => {
        const rows = new RowCache<number>(3, () => true);
        const apply = (steps: typeof kept): void => {
          for (const { key, value, drops } of steps) {
            if (drops) rows.drop(key);
            else rows.set(key, value);
          }
        };
        const all = () => ['a', 'b', 'c'].map((key) => rows.get(key));
        apply(kept);
        const before = all();
        const mark = rows.mark();
        apply(undone);
        rows.backTo(mark);
        expect(all()).toEqual(before);
      }),
    );
  });

  test('changes what is here, forgets the oldest, and keeps what is committed', () => {
    const rows = new RowCache<number>(2, () => true);
    rows.change('a', (value) => value + 1);
    expect(rows.get('a')).toBeUndefined();
    rows.set('a', 1);
    rows.change('a', (value) => value + 1);
    expect(rows.get('a')).toBe(2);
    rows.settle();
    rows.backTo(0);
    expect(rows.get('a')).toBe(2);
    rows.set('b', 1);
    rows.set('c', 1);
    expect(rows.get('a')).toBeUndefined();
  });
});

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
