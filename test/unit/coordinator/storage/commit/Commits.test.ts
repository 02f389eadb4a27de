import { fc } from '@fast-check/vitest';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { Commits } from '#coordinator/storage/commit/Commits.ts';
import { InlineWriter } from '#coordinator/storage/commit/InlineWriter.ts';
import type { RowWriter } from '#coordinator/storage/commit/RowWriter.ts';
import { Rows } from '#coordinator/storage/commit/Rows.ts';
import { UnitOfWork, type Write } from '#coordinator/storage/commit/UnitOfWork.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';

class RefusedError extends Error {
  readonly code = 'refused';
}

/** A writer that writes when it is told to, as one in another thread would. */
class SlowWriter implements RowWriter {
  readonly #inner: RowWriter;
  #go: (() => void)[] = [];

  constructor(inner: RowWriter) {
    this.#inner = inner;
  }

  async write(writes: readonly Write[]): Promise<void> {
    await new Promise<void>((resolve) => void this.#go.push(resolve));
    await this.#inner.write(writes);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  get waiting(): number {
    return this.#go.length;
  }

  release(): void {
    for (const go of this.#go.splice(0)) go();
  }
}

function open(options: { slow?: boolean; most?: number } = {}) {
  const database = new Database(':memory:');
  database.exec('CREATE TABLE amounts (name TEXT PRIMARY KEY, amount INTEGER NOT NULL CHECK (amount < 100)) STRICT');
  const unit = new UnitOfWork();
  const read = database.prepare<[string], number>('SELECT amount FROM amounts WHERE name = ?').pluck();
  const rows = new Rows<number>(unit, {
    most: options.most ?? 100,
    read: (name) => read.get(name),
    write: (name, after, before) =>
      before === undefined
        ? unit.write('INSERT INTO amounts (amount, name) VALUES (?, ?)', [after, name])
        : unit.write('UPDATE amounts SET amount = ? WHERE name = ?', [after, name]),
  });
  const inline = new InlineWriter(database);
  const slow = new SlowWriter(inline);
  const soon: (() => void)[] = [];
  const log: string[] = [];
  const faults = { beforeCommit: false };
  const commits = new Commits({
    unit,
    writer: options.slow === true ? slow : inline,
    clock: new ManualClock(),
    soon: (run) => void soon.push(run),
    beforeCommit: () => {
      if (faults.beforeCommit) throw Object.assign(new Error('no space'), { code: 'SQLITE_FULL' });
    },
    afterCommit: () => void log.push('on disk'),
  });
  const add = (name: string, amount: number, fails = false): number => {
    const after = (rows.get(name) ?? 0) + amount;
    rows.set(name, after);
    if (fails) throw new RefusedError();
    return after;
  };
  return {
    rows,
    commits,
    slow,
    log,
    faults,
    add,
    runSoon: () => soon.splice(0).forEach((run) => run()),
    stored: () =>
      Object.fromEntries(
        database
          .prepare<[], { name: string; amount: number }>('SELECT * FROM amounts')
          .all()
          .map(({ name, amount }) => [name, amount]),
      ),
  };
}

describe('Commits', () => {
  it('tells nobody before the commit, and everybody after it', async () => {
    const { commits, add, log, stored, runSoon } = open();
    const first = commits.run(() => add('a', 1)).then((after) => log.push(`told ${after}`));
    const second = commits.run(() => add('a', 1)).then((after) => log.push(`told ${after}`));
    await Promise.resolve();
    expect([log, stored()]).toEqual([[], {}]);
    runSoon();
    await Promise.all([first, second]);
    expect(log).toEqual(['on disk', 'told 1', 'told 2']);
    expect(stored()).toEqual({ a: 2 });
  });

  it('undoes failing commands alone, and remembers what it stored', async () => {
    const command = fc.record({ name: fc.constantFrom('a', 'b', 'c'), amount: fc.nat(3), fails: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(command, { maxLength: 8 }), { maxLength: 8 }), async (groups) => {
        // Fewer rows are remembered than there are: some are read again.
        const { commits, add, rows, stored, runSoon } = open({ most: 2 });
        const expected: Record<string, number> = {};
        for (const group of groups) {
          const outcomes = group.map(({ name, amount, fails }) =>
            commits.run(() => add(name, amount, fails)).catch((error: unknown) => error),
          );
          runSoon();
          for (const [index, outcome] of (await Promise.all(outcomes)).entries()) {
            const { name, amount, fails } = group[index] ?? { name: '', amount: 0, fails: true };
            if (!fails) expected[name] = (expected[name] ?? 0) + amount;
            expect(outcome instanceof RefusedError ? 'refused' : outcome).toBe(fails ? 'refused' : expected[name]);
          }
          expect(stored()).toEqual(expected);
          for (const name of ['a', 'b', 'c']) expect(rows.get(name)).toBe(expected[name]);
        }
      }),
    );
  });

  it('shows nobody what is not on the disk, and gathers the next group meanwhile', async () => {
    const { commits, add, rows, slow, log, stored, runSoon } = open({ slow: true });
    const first = commits.run(() => add('a', 1)).then(() => log.push('first'));
    runSoon();
    expect([slow.waiting, rows.get('a')]).toEqual([1, undefined]);
    const second = commits.run(() => add('a', 1)).then(() => log.push('second'));
    runSoon();
    expect([slow.waiting, log]).toEqual([1, []]);
    slow.release();
    await first;
    expect([rows.get('a'), stored()]).toEqual([1, { a: 1 }]);
    runSoon();
    const closed = commits.close();
    slow.release();
    await Promise.all([second, closed]);
    expect([rows.get('a'), log]).toEqual([2, ['on disk', 'first', 'on disk', 'second']]);
    await expect(commits.run(() => 1)).rejects.toMatchObject({ code: 'shutting_down' });
  });

  it('rejects everybody when the group cannot be written, and goes on afterwards', async () => {
    const { commits, add, rows, faults, stored, runSoon } = open();
    faults.beforeCommit = true;
    const both = [commits.run(() => add('a', 1)), commits.run(() => add('b', 1))];
    runSoon();
    for (const outcome of await Promise.allSettled(both)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'storage_full' } });
    }
    expect([rows.get('a'), stored()]).toEqual([undefined, {}]);
    faults.beforeCommit = false;
    const third = commits.run(() => add('a', 5));
    runSoon();
    expect(await third).toBe(5);
  });

  it.each([false, true])('lets a row that SQLite refuses fail its own command alone (slow: %s)', async (isSlow) => {
    const { commits, add, slow, stored, runSoon } = open({ slow: isSlow });
    const outcomes = Promise.allSettled([
      commits.run(() => add('a', 1)),
      commits.run(() => add('b', 100)),
      commits.run(() => add('a', 1)),
    ]);
    runSoon();
    for (let turn = 0; turn < 100; turn += 1) {
      slow.release();
      await Promise.resolve();
    }
    expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(stored()).toEqual({ a: 2 });
  });

  it('lets commands that change nothing wait for no disk', async () => {
    const { commits, slow, runSoon } = open({ slow: true });
    const nothing = commits.run(() => 'nothing');
    runSoon();
    expect(await nothing).toBe('nothing');
    expect(slow.waiting).toBe(0);
  });
});

describe('Rows', () => {
  it('remembers as much as it may, the newest of it', () => {
    const unit = new UnitOfWork();
    const reads: string[] = [];
    const rows = new Rows<string>(unit, {
      most: 10,
      sizeOf: (text) => text.length,
      read: (key) => {
        reads.push(key);
        return undefined;
      },
      write: () => undefined,
    });
    unit.begin();
    rows.insert('a', 'four');
    rows.insert('b', 'four');
    unit.seal();
    expect(rows.known('a')).toBeUndefined();
    unit.keep();
    unit.begin();
    rows.set('b', 'seven77');
    rows.forget('a');
    expect([rows.known('a'), rows.get('b')]).toEqual(['four', 'seven77']);
    unit.seal();
    unit.keep();
    expect([rows.known('a'), rows.get('b'), reads]).toEqual([undefined, 'seven77', []]);
    unit.begin();
    rows.insert('c', 'longer than ten');
    unit.seal();
    unit.keep();
    expect([rows.get('b'), rows.get('c'), reads]).toEqual([undefined, undefined, ['b', 'c']]);
  });
});
