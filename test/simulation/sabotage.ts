import Database from 'better-sqlite3';
import type { AppendOutcome, CoordinatorStore } from '#coordinator/books/CoordinatorStore.ts';

/** One rule broken on purpose, and what the simulation must say about it. */
export interface Sabotage {
  readonly breaks: string;
  readonly noticedAs: RegExp;
  /** Stands between coordinator and store; `file` is the database. */
  readonly store?: (store: CoordinatorStore, file: string) => CoordinatorStore;
  /** After a crash the disk is this many milliseconds older than what was acknowledged. */
  readonly staleDiskMs?: number;
}

function write(file: string, run: (database: Database.Database) => void): void {
  const database = new Database(file);
  try {
    database.transaction(() => run(database))();
  } finally {
    database.close();
  }
}

const payAgain = `INSERT INTO legs SELECT (SELECT min(entry_id) FROM entries), leg, owner, part, amount, assignment_id, node_id, counts
  FROM legs WHERE entry_id = ? AND counts = 'earned'`;
const takeBack = `INSERT INTO legs SELECT (SELECT min(entry_id) FROM entries), leg + 99, owner, part, -amount, NULL, NULL, NULL
  FROM legs WHERE entry_id = ? AND counts = 'earned'`;

/**
 * Pays the workers of a task once more, in a well-formed entry that stands before the first one, since the coordinator goes
 * on after the last that it remembers. It takes the money itself back: balances live in the coordinator's memory.
 */
function payTwice(file: string, taskId: string): void {
  write(file, (database) => {
    const entry = database
      .prepare<[string], number>("SELECT entry_id FROM entries WHERE reference = 'end:' || ?")
      .pluck()
      .get(taskId);
    if (entry === undefined) return;
    database.exec(
      `INSERT INTO entries SELECT min(entry_id) - 1, 0, 0, 'correction', 'again:${taskId}', '${taskId}', NULL, NULL, zeroblob(32) FROM entries`,
    );
    database.prepare(payAgain).run(entry);
    database.prepare(takeBack).run(entry);
  });
}

const nothingNew = { type: 'system:announcement', level: 'info', text: 'Nothing happened.' } as const;

/** What a simulation that cannot fail would let pass. */
export const sabotages: readonly Sabotage[] = [
  {
    breaks: 'pays an assignment twice',
    noticedAs: /paid 2 times/,
    store: (store, file) => ({
      ...store,
      async finishTask(command) {
        const outcome = await store.finishTask(command);
        if (outcome.kind === 'finished') payTwice(file, command.taskId);
        return outcome;
      },
    }),
  },
  {
    breaks: 'ends tasks without giving the rest back',
    noticedAs: /Escrow is/,
    store: (store, file) => ({
      ...store,
      async finishTask(command) {
        const outcome = await store.finishTask(command);
        write(file, (database) =>
          database
            .prepare(
              'UPDATE user_balances SET escrow = escrow + 1, available = available - 1 WHERE available > 0 AND account_id = (SELECT account_id FROM tasks WHERE task_id = ?)',
            )
            .run(command.taskId),
        );
        return outcome;
      },
    }),
  },
  {
    breaks: 'acknowledges before the disk has it',
    noticedAs: /acknowledged/,
    staleDiskMs: 1500,
  },
  {
    breaks: 'drops chunks that it acknowledged',
    noticedAs: /acknowledged|ids stored/,
    store: (store, file) => ({
      ...store,
      async appendChunk(chunk): Promise<AppendOutcome> {
        const outcome = await store.appendChunk(chunk);
        if (chunk.from > 0) {
          write(file, (database) =>
            database
              .prepare('DELETE FROM chunks WHERE assignment_id = ? AND start = ?')
              .run(chunk.assignmentId, chunk.from),
          );
        }
        return outcome;
      },
    }),
  },
  {
    breaks: 'pays a position of an answer to two nodes',
    noticedAs: /accepted from position/,
    store: (store, file) => ({
      ...store,
      async finishTask(command) {
        const outcome = await store.finishTask(command);
        write(file, (database) =>
          database
            .prepare('UPDATE assignments SET start_index = start_index - 1 WHERE task_id = ? AND start_index > 0')
            .run(command.taskId),
        );
        return outcome;
      },
    }),
  },
  {
    breaks: 'forgets to tell the requester of the end',
    noticedAs: /Not quiet/,
    store: (store) => ({
      ...store,
      events: (nodeId, after, limit) =>
        store
          .events(nodeId, after, limit)
          .map((each) => (each.event.type === 'task:completed' ? { ...each, event: nothingNew } : each)),
    }),
  },
  {
    breaks: 'changes a task that was over',
    noticedAs: /ended as|disagree|cost/,
    store: (store, file) => ({
      ...store,
      async submitTask(task, now) {
        write(file, (database) =>
          database.exec(
            "UPDATE tasks SET status = 'failed' WHERE task_id = (SELECT min(task_id) FROM tasks WHERE status = 'completed')",
          ),
        );
        return store.submitTask(task, now);
      },
    }),
  },
  {
    breaks: 'rewrites the journal',
    noticedAs: /coordinator verify|journal/,
    store: (store, file) => ({
      ...store,
      async finishTask(command) {
        const outcome = await store.finishTask(command);
        write(file, (database) => database.exec('UPDATE entries SET at = at + 1 WHERE entry_id = 1'));
        return outcome;
      },
    }),
  },
];
