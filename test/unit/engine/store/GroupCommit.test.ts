import { fc } from '@fast-check/vitest';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { GroupCommit } from '#engine/store/GroupCommit.ts';
import { groupLimits } from '#node/GroupQueue.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';

function openGroup() {
  const database = new Database(':memory:');
  database.exec(`CREATE TABLE rows (id INTEGER PRIMARY KEY) STRICT;
    CREATE TABLE children (parent INTEGER NOT NULL REFERENCES rows DEFERRABLE INITIALLY DEFERRED) STRICT`);
  const clock = new ManualClock();
  const soon: (() => void)[] = [];
  const group = new GroupCommit({
    database,
    clock,
    soon: (run) => void soon.push(run),
  });
  const insert = (id: number): number => {
    database.prepare('INSERT INTO rows VALUES (?)').run(id);
    return id;
  };
  const ids = (): number[] => database.prepare<[], number>('SELECT id FROM rows ORDER BY id').pluck().all();
  const runSoon = (): void => soon.splice(0).forEach((run) => run());
  return { database, clock, group, insert, ids, soon, runSoon };
}

class RefusedError extends Error {
  readonly code = 'refused';
}

describe('GroupCommit', () => {
  it('tells nobody before the commit, and everybody after it', async () => {
    const told: string[] = [];
    const { group, insert, ids, runSoon } = openGroup();
    const first = group.run(() => insert(1)).then((id) => told.push(`told ${id}`));
    const second = group.run(() => insert(2)).then((id) => told.push(`told ${id}`));
    await Promise.resolve();
    expect(told).toEqual([]);
    expect(ids()).toEqual([]);
    runSoon();
    await Promise.all([first, second]);
    expect(told).toEqual(['told 1', 'told 2']);
    expect(ids()).toEqual([1, 2]);
  });

  it('rolls back failing commands alone', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ id: fc.nat(30), fails: fc.boolean() }), { maxLength: 300 }),
        async (commands) => {
          const { group, insert, ids } = openGroup();
          const outcomes = commands.map(({ id, fails }) =>
            group
              .run(() => {
                // The row is written before the command fails: the savepoint has something to undo.
                insert(id);
                if (fails) throw new RefusedError();
                return id;
              })
              .then(
                () => 'done',
                (error: unknown) => (error instanceof RefusedError ? 'refused' : 'taken'),
              ),
          );
          group.flush();
          const expected = new Set<number>();
          const words = commands.map(({ id, fails }) => {
            if (expected.has(id)) return 'taken';
            if (!fails) expected.add(id);
            return fails ? 'refused' : 'done';
          });
          expect(await Promise.all(outcomes)).toEqual(words);
          expect(ids()).toEqual([...expected].toSorted((a, b) => a - b));
        },
      ),
    );
  });

  it('rejects everybody when the commit fails, and goes on afterwards', async () => {
    const { database, group, insert, ids } = openGroup();
    // The missing parent is found by the commit only.
    const orphan = () => database.prepare('INSERT INTO children VALUES (9)').run();
    const both = [group.run(() => insert(1)), group.run(orphan)];
    group.flush();
    for (const outcome of await Promise.allSettled(both)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'SQLITE_CONSTRAINT_FOREIGNKEY' } });
    }
    const third = group.run(() => insert(3));
    group.flush();
    expect(await third).toBe(3);
    expect(ids()).toEqual([3]);
  });

  it('rejects everybody when SQLite gives up the transaction inside a command', async () => {
    const { database, group, insert, ids } = openGroup();
    const first = group.run(() => insert(1));
    const second = group.run(() => {
      database.exec('ROLLBACK');
      throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
    });
    group.flush();
    await expect(first).rejects.toMatchObject({ code: 'storage_full' });
    await expect(second).rejects.toMatchObject({ code: 'storage_full' });
    expect(ids()).toEqual([]);
  });

  it('commits at once when idle, and waits at most 5 ms or 128 commands when busy', async () => {
    const { clock, database, group, insert, soon, runSoon } = openGroup();
    const slow = group.run(() => insert(1));
    expect(soon).toHaveLength(1);
    // FAULT: a disk that takes 20 ms.
    let reads = 0;
    clock.monotonic = () => clock.now() + (reads++ === 0 ? 0 : 20);
    runSoon();
    await slow;
    clock.monotonic = () => clock.now() + 20;

    const gathered = [2, 3].map((id) => group.run(() => insert(id)));
    expect(soon).toHaveLength(0);
    expect(clock.pending).toBe(1);
    await clock.advance(groupLimits.waitMs);
    expect(await Promise.all(gathered)).toEqual([2, 3]);

    const many = Array.from({ length: groupLimits.commands }, (_, index) => group.run(() => insert(100 + index)));
    expect(soon.length + clock.pending).toBe(1);
    runSoon();
    await clock.advance(groupLimits.waitMs);
    expect(await Promise.all(many)).toHaveLength(groupLimits.commands);
    expect(database.inTransaction).toBe(false);
  });

  it('commits what waits when it is closed, and refuses what comes after', async () => {
    const { group, insert } = openGroup();
    const last = group.run(() => insert(1));
    group.close();
    expect(await last).toBe(1);
    await expect(group.run(() => insert(2))).rejects.toMatchObject({ code: 'shutting_down' });
  });
});
