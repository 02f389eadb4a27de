import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { AssignmentStore } from '#engine/store/tasks/AssignmentStore.ts';
import { EarningsQueries, type LocalDays } from '#engine/store/money/EarningsQueries.ts';
import { LedgerStore } from '#engine/store/money/LedgerStore.ts';
import { OwnTaskStore } from '#engine/store/tasks/OwnTaskStore.ts';
import { spanMs } from '#engine/store/money/runningFigures.ts';
import { engineMigrations } from '#engine/store/schema.ts';
import { TaskQueries } from '#engine/store/tasks/TaskQueries.ts';
import { openDatabase, type SqliteDatabase } from '#node/openDatabase.ts';
import { TaskFilter } from '#shared/api/history.ts';
import { formatCredits } from '#shared/domain/money/credits.ts';
import { Submission } from '#shared/domain/tasks/task.ts';
import { addWork, id, swarmId, viewOf } from '#test/helpers/sampleHistory.ts';

const submission = Submission.parse({
  type: 'code_completion',
  messages: [{ role: 'user', content: 'hi' }],
  maxTokens: 8,
  deadlineMs: 10_000,
});

const begin = Date.UTC(2026, 4, 20);

function open(file = ':memory:', migrations = engineMigrations) {
  const database = openDatabase({ file, migrations });
  return {
    database,
    assignments: new AssignmentStore(database),
    ownTasks: new OwnTaskStore(database),
    ledger: new LedgerStore(database),
    earnings: new EarningsQueries(database),
    tasks: new TaskQueries(database),
  };
}
type Stores = ReturnType<typeof open>;

/** What happens to the records, in any order and more than once. */
const step = fc.record({
  what: fc.constantFrom('work', 'own', 'endOwn', 'removeOwn', 'entry', 'receipt', 'forget'),
  number: fc.integer({ min: 0, max: 5 }),
  micro: fc.integer({ min: 0, max: 3_000_000 }),
  at: fc.integer({ min: begin, max: begin + 5 * spanMs }),
  yes: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function take({ assignments, ownTasks, ledger }: Stores, { what, number, micro, at, yes }: Step): void {
  const taskId = id(number);
  const credits = formatCredits(BigInt(micro));
  const entry = {
    entryId: number + 1,
    at,
    category: 'settlement' as const,
    taskId,
    assignmentId: null,
    available: credits,
    escrow: formatCredits(BigInt(-micro)),
    stake: '0',
    pending: '0.000001',
  };
  switch (what) {
    case 'work': {
      addWork(assignments, number, { credits, accepted: yes, at, modelName: yes ? 'Small' : 'Large' });
      return;
    }
    case 'own': {
      if (ownTasks.get(swarmId, taskId) === undefined) {
        ownTasks.add({ swarmId, taskId, submission, preview: 'hi', now: at });
      }
      return;
    }
    case 'endOwn': {
      const status = yes ? 'completed' : 'running';
      ownTasks.applyView(swarmId, viewOf(number, { status, credits, finishedAt: yes ? at : null }), '');
      return;
    }
    case 'removeOwn': {
      ownTasks.remove(swarmId, taskId);
      return;
    }
    case 'entry': {
      ledger.add(swarmId, entry, { text: null, valid: false });
      return;
    }
    case 'receipt': {
      ledger.add(swarmId, entry, { text: 'receipt', valid: yes });
      return;
    }
    case 'forget': {
      if (micro < 300_000) ledger.forget(swarmId);
    }
  }
}

/** The figures as they are kept and as the rows add up to. */
function figures(database: SqliteDatabase) {
  const all = (sql: string): unknown[] => database.prepare(sql).all();
  return {
    kept: [
      all('SELECT * FROM earned WHERE tasks <> 0 ORDER BY 1, 2, 3, 4'),
      all('SELECT * FROM spent WHERE tasks <> 0 ORDER BY 1, 2'),
      all('SELECT * FROM ledger_sums WHERE entries <> 0'),
    ],
    added: [
      all(`SELECT swarm_id, settled_at / ${spanMs} AS span, model_name, type, count(*) AS tasks, sum(credits) AS credits,
        sum(ended_at - started_at) AS worked_ms FROM assignments WHERE status = 'accepted' GROUP BY 1, 2, 3, 4`),
      all(`SELECT swarm_id, finished_at / ${spanMs} AS span, count(*) AS tasks, sum(credits) AS credits
        FROM own_tasks WHERE over = 1 GROUP BY 1, 2`),
      all(`SELECT swarm_id, sum(available) AS available, sum(escrow) AS escrow, sum(stake) AS stake,
        sum(pending) AS pending, count(*) AS entries,
        sum(receipt IS NOT NULL AND receipt_valid = 0) AS invalid_receipts FROM ledger GROUP BY 1`),
    ],
  };
}

describe('the running figures', () => {
  test('are what the rows add up to, whatever happened to them', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const stores = open();
        for (const one of steps) take(stores, one);
        const { kept, added } = figures(stores.database);
        stores.database.close();
        expect(kept).toEqual(added);
      }),
    );
  });

  test('of a history from before them are added up once, and nothing of it is lost', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'open-swarm-figures-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = path.join(folder, 'engine.db');
    const before = open(file, engineMigrations.slice(0, 2));
    for (let number = 0; number < 6; number += 1) {
      for (const what of ['work', 'own', 'endOwn'] as const) {
        take(before, { what, number, micro: 1000 * (number + 1), at: begin + number * spanMs, yes: number !== 3 });
      }
      // This table had running balances then.
      before.database
        .prepare(
          `INSERT INTO ledger (swarm_id, entry_id, at, category, task_id, available, escrow, stake, pending, running,
             receipt, receipt_valid) VALUES (?, ?, ?, 'settlement', ?, 1000, 0, 0, 0, 99, 'receipt', 1)`,
        )
        .run(swarmId, number + 1, begin, id(number));
    }
    const filter = TaskFilter.parse({});
    const shown = (stores: Stores) => [stores.tasks.list(swarmId, filter), stores.tasks.detail(swarmId, id(2))];
    const old = shown(before);
    before.database.close();
    const after = open(file);
    expect(shown(after)).toEqual(old);
    const { kept, added } = figures(after.database);
    expect(kept).toEqual(added);
    expect(kept.every((rows) => rows.length > 0)).toBe(true);
    after.database.close();
  });

  test('are told by local days, also where these begin at a quarter of an hour', () => {
    const { database, assignments, earnings } = open();
    // UTC+5:45, as in Nepal: the day begins at 18:15 UTC.
    const offset = 345 * 60_000;
    const dayMs = 86_400_000;
    const nepal: LocalDays = {
      startOf: (at, back) => Math.floor((at + offset) / dayMs) * dayMs - offset - back * dayMs,
      name: (at) => new Date(at + offset).toISOString().slice(0, 10),
    };
    const midnight = nepal.startOf(begin, 0);
    addWork(assignments, 1, { credits: '1', accepted: true, at: midnight - 1000 });
    addWork(assignments, 2, { credits: '2', accepted: true, at: midnight + 1000 });
    expect(earnings.lastDays(swarmId, 2, begin, nepal)).toEqual([
      { day: '2026-05-19', micro: 1_000_000n },
      { day: '2026-05-20', micro: 2_000_000n },
    ]);
    database.close();
  });
});

describe('what pages and events read', () => {
  test('is found by an index, however long the history is', () => {
    const stores = open();
    const plans: string[] = [];
    const watched = new Proxy(stores.database, {
      get(database, key) {
        if (key !== 'prepare') return Reflect.get(database, key) as unknown;
        return (sql: string) => {
          const explained = `EXPLAIN QUERY PLAN ${sql.replaceAll(/\?|@\w+/g, "'x'")}`;
          plans.push(
            ...database
              .prepare<[], { detail: string }>(explained)
              .all()
              .map(({ detail }) => detail),
          );
          return database.prepare(sql);
        };
      },
    });
    const earnings = new EarningsQueries(watched);
    earnings.lastDays(swarmId, 7, begin);
    earnings.report(swarmId, 'month', begin);
    const ledger = new LedgerStore(watched);
    ledger.sums(swarmId);
    ledger.taskSums(swarmId, id(1));
    ledger.ofTask(swarmId, id(1));
    new AssignmentStore(watched).ofTask(swarmId, id(1));
    new AssignmentStore(watched).running();
    new OwnTaskStore(watched).get(swarmId, id(1));
    new OwnTaskStore(watched).open(swarmId);
    stores.database.close();
    // One swarm may be the whole table: an index that only tells swarms apart is none.
    const partial = /INDEX (own_tasks_open|assignments_running)/;
    const reading = plans.filter((plan) => /\b(own_tasks|assignments|ledger|earned|spent)\b/.test(plan));
    expect(reading.length).toBeGreaterThan(8);
    expect(reading.filter((plan) => !/\(swarm_id=\? AND /.test(plan) && !partial.test(plan))).toEqual([]);
  });
});
