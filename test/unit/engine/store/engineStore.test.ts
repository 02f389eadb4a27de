import type { z } from 'zod';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EngineStore, openEngineStore } from '#engine/store/openEngineStore.ts';
import { localDays } from '#engine/store/money/EarningsQueries.ts';
import { TaskDetail, TaskFilter, TaskRow } from '#shared/api/history.ts';
import { Submission } from '#shared/domain/tasks/task.ts';
import type { TaskView } from '#shared/domain/tasks/taskView.ts';
import { addWork as addWorkTo, id, swarmId, viewOf } from '#test/helpers/sampleHistory.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';
import { systemClock } from '#node/systemClock.ts';

const otherSwarm = `swm_${'b'.repeat(32)}`;
const noon = new Date(2026, 4, 20, 12).getTime();

let store: EngineStore;

beforeEach(() => {
  store = openEngineStore({ file: ':memory:', clock: systemClock });
});
afterEach(() => store.close());

const submission = Submission.parse({
  type: 'code_completion',
  messages: [{ role: 'user', content: 'say "hi"\nplease' }],
  maxTokens: 8,
  deadlineMs: 10_000,
});

function view(number: number, change: Partial<TaskView> = {}): TaskView {
  return viewOf(number, { createdAt: noon, finishedAt: noon + 1000, ...change });
}

function addOwn(number: number, at = noon): void {
  store.ownTasks.add({ swarmId, taskId: id(number), submission, preview: 'say "hi"', now: at });
}

function addWork(number: number, credits: string | null, at = noon): void {
  addWorkTo(store.assignments, number, { credits, at });
}

const list = (filter: z.input<typeof TaskFilter> = {}): { rows: TaskRow[]; total: number } =>
  store.tasks.list(swarmId, TaskFilter.parse(filter));

describe('history', () => {
  test('shows both sides newest first, in pages, and nothing of other swarms', async () => {
    await store.write(() => {
      for (let number = 0; number < 6; number += 1) addOwn(number, noon + number * 2);
      for (let number = 10; number < 15; number += 1) addWork(number, '0.1', noon + (number - 10) * 2 + 1);
      store.ownTasks.add({ swarmId: otherSwarm, taskId: id(99), submission, preview: 'x', now: noon + 99 });
    });
    const all = list();
    expect(all.total).toBe(11);
    expect(all.rows.map((row) => TaskRow.parse(row).createdAt)).toEqual(
      all.rows.map((row) => row.createdAt).toSorted((a, b) => b - a),
    );
    expect(list({ limit: 4, offset: 4 }).rows).toEqual(all.rows.slice(4, 8));
    expect(list({ role: 'node' }).rows.every((row) => row.role === 'node' && row.preview === null)).toBe(true);
    expect(list({ statuses: ['accepted'] }).total).toBe(5);
    expect(list({ since: noon + 8 }).total).toBe(3);
    expect(list({ types: ['chat'] }).total).toBe(0);
  });

  test('finds text in prompts and answers, quotes, line ends and wildcards included', async () => {
    await store.write(() => {
      addOwn(1);
      store.ownTasks.applyView(swarmId, view(1), '100 % sure_thing');
      addOwn(2);
    });
    expect(list({ text: '"hi"\nplease' }).total).toBe(2);
    expect(list({ text: '100 %' }).total).toBe(1);
    expect(list({ text: 'sure_t' }).total).toBe(1);
    expect(list({ text: 'sureXt' }).total).toBe(0);
    expect(list({ text: '%' }).total).toBe(1);
    expect(list({ text: id(2) }).total).toBe(1);
  });

  test('details of either side fit the contract', async () => {
    await store.write(() => {
      addOwn(1);
      store.ownTasks.applyView(swarmId, view(1), 'answer');
      addWork(2, '0.5');
    });
    const own = store.tasks.detail(swarmId, id(1));
    expect(TaskDetail.parse(own)).toMatchObject({ role: 'requester', output: 'answer', credits: '0.25', fee: '0.01' });
    const work = store.tasks.detail(swarmId, id(2));
    expect(TaskDetail.parse(work)).toMatchObject({ role: 'node', submission: null, output: null, credits: '0.5' });
    expect(work?.timeline.map((step) => step.step)).toEqual(['assigned', 'delivered', 'paid']);
    expect(store.tasks.detail(swarmId, id(3))).toBeUndefined();
  });
});

describe('own tasks', () => {
  test('an answer is its pieces without gaps, of the latest attempt', async () => {
    await store.write(() => {
      addOwn(1);
      const piece = (attempt: number, first: number, text: string): void =>
        store.ownTasks.addPiece(swarmId, id(1), { attempt, first, tokens: 2, text }, { first: noon, last: noon });
      piece(0, 0, 'old');
      piece(1, 0, 'ab');
      piece(1, 2, 'cd');
      piece(1, 6, 'gh');
    });
    expect(store.ownTasks.answer(swarmId, id(1))).toEqual({ attempt: 1, tokens: 4, text: 'abcd' });
  });

  test('an end without text keeps what arrived; a later word does not take the text away', async () => {
    await store.write(() => {
      addOwn(1);
      const piece = { attempt: 0, first: 0, tokens: 2, text: 'half' };
      store.ownTasks.addPiece(swarmId, id(1), piece, { first: noon, last: noon });
      store.ownTasks.applyView(swarmId, view(1, { status: 'cancelled', partial: true }), null);
      store.ownTasks.applyView(swarmId, view(1, { status: 'cancelled', partial: true }), null);
    });
    expect(store.ownTasks.get(swarmId, id(1))).toMatchObject({ text: 'half', over: true, status: 'cancelled' });
    await store.write(() => store.ownTasks.applyView(swarmId, view(1, { status: 'running' }), null));
    expect(store.ownTasks.get(swarmId, id(1))?.status).toBe('cancelled');
  });
});

describe('money', () => {
  test('running balances follow the entries, also when one arrives late', async () => {
    const entry = (entryId: number, available: string) => ({
      entryId,
      at: noon,
      category: 'grant' as const,
      taskId: null,
      assignmentId: null,
      available,
      escrow: '0',
      stake: '0',
      pending: '0',
    });
    await store.write(() => {
      store.ledger.add(swarmId, entry(1, '100'), { text: null, valid: false });
      store.ledger.add(swarmId, entry(3, '-0.000001'), { text: '{}', valid: true });
      store.ledger.add(swarmId, entry(2, '9007199254'), { text: null, valid: false });
      store.ledger.add(swarmId, entry(2, '5'), { text: null, valid: false });
    });
    const { rows } = store.ledger.list(swarmId, { limit: 10, offset: 0 });
    expect(rows.map((row) => row.runningBalance)).toEqual(['9007199353.999999', '9007199354', '100']);
    expect(store.ledger.sums(swarmId)).toMatchObject({ available: 9_007_199_353_999_999n, entries: 3 });
  });

  test('a task is judged by its entries only where this node knows what it cost or earned', async () => {
    const moved = (taskId: string, entryId: number, available: string) => ({
      entryId,
      at: noon,
      category: 'settlement' as const,
      taskId,
      assignmentId: null,
      available,
      escrow: '0',
      stake: '0',
      pending: '0',
    });
    await store.write(() => {
      addWork(1, '0.5');
      addOwn(2);
      store.ownTasks.applyView(swarmId, view(2), '');
      for (const [number, available] of [
        [1, '0.4'],
        [2, '-0.25'],
        [3, '-1'],
      ] as const) {
        store.ledger.add(swarmId, moved(id(number), number, available), { text: null, valid: false });
      }
    });
    expect(store.ledger.taskSums(swarmId, id(1))).toEqual({ expected: 500_000n, actual: 400_000n });
    expect(store.ledger.taskSums(swarmId, id(2))).toEqual({ expected: -250_000n, actual: -250_000n });
    expect(store.ledger.taskSums(swarmId, id(3))).toBeNull();
  });

  test('balances run on however late an entry arrives', async () => {
    const entry = (entryId: number, available: string) => ({
      entryId,
      at: noon,
      category: 'settlement' as const,
      taskId: null,
      assignmentId: null,
      available,
      escrow: '0',
      stake: '0',
      pending: '0.5',
    });
    await store.write(() => {
      for (const [entryId, available] of [
        [1, '1'],
        [4, '-0.25'],
        [6, '2'],
        [3, '0.125'],
        [4, '9'],
      ] as const) {
        store.ledger.add(swarmId, entry(entryId, available), { text: null, valid: false });
      }
    });
    const balances = (page: { limit: number; offset: number }) =>
      store.ledger.list(swarmId, page).rows.map((row) => [row.entryId, row.runningBalance]);
    const all = [
      [6, '4.875'],
      [4, '2.375'],
      [3, '2.125'],
      [1, '1.5'],
    ];
    expect(balances({ limit: 10, offset: 0 })).toEqual(all);
    expect(balances({ limit: 2, offset: 1 })).toEqual(all.slice(1, 3));
  });

  test('reports go by local days, without gaps', async () => {
    const day = 86_400_000;
    await store.write(() => {
      addWork(1, '1.5', noon - 3 * day);
      addWork(2, '0.25', noon);
      addWork(3, '4', noon - 9 * day);
      addOwn(4, noon - day);
      store.ownTasks.applyView(swarmId, view(4, { finishedAt: noon - day }), '');
    });
    const report = store.earnings.report(swarmId, 'week', noon);
    expect(report).toMatchObject({ earned: '1.75', spent: '0.25', tasksRun: 2, tasksAsked: 1, workedMs: 1000 });
    expect(report.days).toHaveLength(7);
    expect(report.days.map((one) => one.earned)).toEqual(['0', '0', '0', '1.5', '0', '0', '0.25']);
    expect(report.changePercent).toBe(-56.2);
    expect(report.models).toEqual([{ name: 'Starter', tasks: 2, credits: '1.75', workedMs: 1000 }]);
    expect(store.earnings.lastDays(swarmId, 7, noon).at(-1)).toEqual({ day: localDays.name(noon), micro: 250_000n });
    expect(store.earnings.report(swarmId, 'all', noon).earned).toBe('5.75');
    expect(store.earnings.report(otherSwarm, 'all', noon).earned).toBe('0');
  });
});

describe('a write', () => {
  test('that throws leaves nothing behind', async () => {
    const failing = store.write(() => {
      addOwn(1);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(list().total).toBe(0);
  });

  test('is refused after closing', async () => {
    const closing = openEngineStore({ file: ':memory:', clock: new ManualClock() });
    closing.close();
    await expect(closing.write(() => 1)).rejects.toMatchObject({ code: 'shutting_down' });
  });
});
