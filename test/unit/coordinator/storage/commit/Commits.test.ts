import { fc } from '@fast-check/vitest';
import Database from 'better-sqlite3';
import { describe, expect, it, vi } from 'vitest';
import { Commits } from '#coordinator/storage/commit/Commits.ts';
import type { RowNames } from '#coordinator/books/Rows.ts';
import { InlineWriter } from '#coordinator/storage/commit/InlineWriter.ts';
import { MissingRowsError } from '#coordinator/storage/commit/MissingRowsError.ts';
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

function open(options: { slow?: boolean; late?: boolean; most?: number } = {}) {
  const database = new Database(':memory:');
  database.exec('CREATE TABLE amounts (name TEXT PRIMARY KEY, amount INTEGER NOT NULL CHECK (amount < 100)) STRICT');
  const unit = new UnitOfWork();
  const read = database.prepare<[string], number>('SELECT amount FROM amounts WHERE name = ?').pluck();
  const rows = new Rows<number>(unit, {
    most: options.most ?? 100,
    read: (name) => read.get(name),
    write: (name, after = 0, before) =>
      before === undefined
        ? unit.write('INSERT INTO amounts (amount, name) VALUES (?, ?)', [after, name])
        : unit.write('UPDATE amounts SET amount = ? WHERE name = ?', [after, name]),
    missing: (name) => new MissingRowsError({ texts: [name] }),
  });
  const inline = new InlineWriter(database);
  const slow = new SlowWriter(inline);
  const soon: (() => void)[] = [];
  const log: string[] = [];
  const faults = { beforeCommit: false };
  const loads: (() => void)[] = [];
  const loadNow = (names: readonly RowNames[]): void => names.forEach(({ texts = [] }) => rows.load(texts));
  const isMissing = ({ texts = [] }: RowNames): boolean => texts.some((name) => !rows.isLoaded(name));
  const commits = new Commits({
    unit,
    writer: options.slow === true ? slow : inline,
    clock: new ManualClock(),
    always: {},
    load: (names) => {
      if (options.late !== true) return loadNow(names);
      if (!names.some(isMissing)) return undefined;
      return new Promise<void>((resolve) => {
        loads.push(() => {
          loadNow(names);
          resolve();
        });
      });
    },
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
    /** Runs a command that names its row. */
    run: (name: string, amount: number, fails = false) =>
      commits.run({ texts: [name] }, () => add(name, amount, fails)),
    loads,
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
    const { run, log, stored, runSoon } = open();
    const first = run('a', 1).then((after) => log.push(`told ${after}`));
    const second = run('a', 1).then((after) => log.push(`told ${after}`));
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
        const { run, rows, stored, runSoon } = open({ most: 2 });
        const expected: Record<string, number> = {};
        for (const group of groups) {
          const outcomes = group.map(({ name, amount, fails }) =>
            run(name, amount, fails).catch((error: unknown) => error),
          );
          runSoon();
          for (const [index, outcome] of (await Promise.all(outcomes)).entries()) {
            const { name, amount, fails } = group[index] ?? { name: '', amount: 0, fails: true };
            if (!fails) expected[name] = (expected[name] ?? 0) + amount;
            expect(outcome instanceof RefusedError ? 'refused' : outcome).toBe(fails ? 'refused' : expected[name]);
          }
          expect(stored()).toEqual(expected);
          for (const name of ['a', 'b', 'c']) expect(rows.read(name)).toBe(expected[name]);
        }
      }),
    );
  });

  it('shows nobody what is not on the disk, and gathers the next group meanwhile', async () => {
    const { commits, run, rows, slow, log, stored, runSoon } = open({ slow: true });
    const first = run('a', 1).then(() => log.push('first'));
    runSoon();
    expect([slow.waiting, rows.read('a')]).toEqual([1, undefined]);
    const second = run('a', 1).then(() => log.push('second'));
    runSoon();
    expect([slow.waiting, log]).toEqual([1, []]);
    slow.release();
    await first;
    expect([rows.read('a'), stored()]).toEqual([1, { a: 1 }]);
    runSoon();
    const closed = commits.close();
    slow.release();
    await Promise.all([second, closed]);
    expect([rows.read('a'), log]).toEqual([2, ['on disk', 'first', 'on disk', 'second']]);
    await expect(commits.run({}, () => 1)).rejects.toMatchObject({ code: 'shutting_down' });
  });

  it('rejects everybody when the group cannot be written, and goes on afterwards', async () => {
    const { run, rows, faults, stored, runSoon } = open();
    faults.beforeCommit = true;
    const both = [run('a', 1), run('b', 1)];
    runSoon();
    for (const outcome of await Promise.allSettled(both)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'storage_full' } });
    }
    expect([rows.read('a'), stored()]).toEqual([undefined, {}]);
    faults.beforeCommit = false;
    const third = run('a', 5);
    runSoon();
    expect(await third).toBe(5);
  });

  it.each([false, true])('lets a row that SQLite refuses fail its own command alone (slow: %s)', async (isSlow) => {
    const { run, slow, stored, runSoon } = open({ slow: isSlow });
    const outcomes = Promise.allSettled([run('a', 1), run('b', 100), run('a', 1)]);
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
    const nothing = commits.run({}, () => 'nothing');
    runSoon();
    expect(await nothing).toBe('nothing');
    expect(slow.waiting).toBe(0);
  });

  it('runs a rule again that looked at a row which it had not named, and undoes what it did before', async () => {
    const { commits, add, rows, stored, runSoon } = open();
    let runs = 0;
    const both = commits.run({ texts: ['a'] }, () => {
      runs += 1;
      return [add('a', 1), add('b', 2)];
    });
    runSoon();
    expect(await both).toEqual([1, 2]);
    expect([runs, stored(), rows.read('a')]).toEqual([2, { a: 1, b: 2 }, 1]);
  });

  it('waits for rows that come later, in the order of the commands, while others see what is on the disk', async () => {
    const { commits, run, add, rows, loads, log, stored, runSoon } = open({ late: true, most: 1 });
    const first = run('a', 1).then((after) => log.push(`a is ${after}`));
    const second = commits.run({}, () => add('b', 5)).then((after) => log.push(`b is ${after}`));
    const third = run('a', 1, true).catch(() => log.push('refused'));
    const fourth = run('a', 2).then((after) => log.push(`a is ${after}`));
    runSoon();
    // Named rows first, then the one that nobody had named.
    for (let step = 0; step < 2; step += 1) {
      expect([loads.length, rows.read('a'), stored()]).toEqual([1, undefined, {}]);
      for (const load of loads.splice(0)) load();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all([first, second, third, fourth]);
    expect(log).toEqual(['on disk', 'a is 1', 'b is 5', 'refused', 'a is 3']);
    expect(stored()).toEqual({ a: 3, b: 5 });
  });

  it('rejects a group whose rows cannot be loaded', async () => {
    const { run, rows, runSoon } = open();
    const load = vi.spyOn(rows, 'load').mockImplementation(() => {
      throw Object.assign(new Error('lost'), { code: 'SQLITE_CORRUPT' });
    });
    const lost = run('a', 1);
    runSoon();
    await expect(lost).rejects.toMatchObject({ code: 'storage_damaged' });
    load.mockRestore();
    const kept = run('a', 1);
    runSoon();
    expect(await kept).toBe(1);
  });
});

describe('Rows', () => {
  const openRows = (disk: Map<string, string>, most: number) => {
    const unit = new UnitOfWork();
    const reads: string[] = [];
    const rows = new Rows<string>(unit, {
      most,
      sizeOf: (text) => text.length,
      read: (key) => {
        reads.push(key);
        return disk.get(key);
      },
      write: (key, after) => {
        if (after === undefined) disk.delete(key);
        else disk.set(key, after);
      },
    });
    const commit = (run: () => void): void => {
      unit.begin();
      run();
      unit.seal();
      unit.keep();
    };
    return { unit, rows, reads, commit };
  };

  it('remembers as much as it may, the newest of it', () => {
    const { rows, reads, commit } = openRows(new Map(), 10);
    commit(() => {
      rows.insert('a', 'four');
      rows.insert('b', 'four');
    });
    commit(() => {
      rows.set('b', 'seven77');
      rows.forget('a');
      expect([rows.known('a'), rows.get('b')]).toEqual(['four', 'seven77']);
    });
    expect([rows.known('a'), rows.read('b'), reads]).toEqual([undefined, 'seven77', []]);
    commit(() => rows.insert('c', 'longer than ten'));
    expect([rows.read('b'), rows.read('c'), reads]).toEqual(['seven77', 'longer than ten', ['b', 'c']]);
  });

  it('keeps what was loaded for a unit until it is over, however much that is', () => {
    const { rows, commit } = openRows(new Map(['a', 'b', 'c'].map((key) => [key, 'longer than ten'])), 10);
    commit(() => {
      rows.load(['a', 'b', 'c', 'd']);
      expect([rows.get('a'), rows.get('b'), rows.get('c'), rows.get('d')]).toEqual([
        'longer than ten',
        'longer than ten',
        'longer than ten',
        undefined,
      ]);
    });
    expect(['a', 'b', 'c', 'd'].map((key) => rows.isLoaded(key))).toEqual([false, false, false, false]);
  });

  it('deletes rows without looking for them', () => {
    const disk = new Map([['a', 'x']]);
    const { rows, reads, commit } = openRows(disk, 10);
    commit(() => {
      rows.remove('a');
      expect(rows.get('a')).toBeUndefined();
    });
    expect([disk.size, reads]).toEqual([0, []]);
  });

  it('refuses a row that was not loaded', () => {
    const { rows, commit } = openRows(new Map(), 10);
    commit(() => expect(() => rows.get('a')).toThrow(RangeError));
  });
});
