import Database from 'better-sqlite3';
import type { Command } from '#coordinator/books/Books.ts';
import type { NewChunk } from '#coordinator/books/commands/appendChunk.ts';
import type { FinishTask } from '#coordinator/books/commands/finishTask.ts';
import type { Storage } from '#coordinator/storage/Storage.ts';
import type { StoredEvent } from '#coordinator/books/Queries.ts';

/** One rule broken on purpose, and what the simulation must say about it. */
export interface Sabotage {
  readonly breaks: string;
  readonly noticedAs: RegExp;
  /** Stands between coordinator and storage; `file` is the database. */
  readonly storage?: (storage: Storage, file: string) => Storage;
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

/** What is done around the commands of a storage. */
interface Interference {
  readonly before?: (command: Command<unknown>) => void;
  readonly after?: (command: Command<unknown>, outcome: unknown) => void;
}

function around(storage: Storage, { before, after }: Interference): Storage {
  return {
    ...storage,
    books: {
      async run(command) {
        before?.(command);
        const outcome = await storage.books.run(command);
        after?.(command, outcome);
        return outcome;
      },
    },
  };
}

function isFinish(command: Command<unknown>): command is Command<unknown> & { readonly input: FinishTask } {
  return command.kind === 'finishTask';
}

function isAppend(command: Command<unknown>): command is Command<unknown> & { readonly input: NewChunk } {
  return command.kind === 'appendChunk';
}

const nothingNew = { type: 'system:announcement', level: 'info', text: 'Nothing happened.' } as const;

function withoutEnd(events: readonly StoredEvent[]): StoredEvent[] {
  return events.map((each) => (each.event.type === 'task:completed' ? { ...each, event: nothingNew } : each));
}

/** What a simulation that cannot fail would let pass. */
export const sabotages: readonly Sabotage[] = [
  {
    breaks: 'pays an assignment twice',
    noticedAs: /paid 2 times/,
    storage: (storage, file) =>
      around(storage, {
        after: (command, outcome) => {
          if (isFinish(command) && isFinished(outcome)) payTwice(file, command.input.taskId);
        },
      }),
  },
  {
    breaks: 'ends tasks without giving the rest back',
    noticedAs: /Escrow is/,
    storage: (storage, file) =>
      around(storage, {
        after: (command) => {
          if (!isFinish(command)) return;
          write(file, (database) => database.prepare(keepInEscrow).run(command.input.taskId));
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
    storage: (storage, file) =>
      around(storage, {
        after: (command) => {
          if (!isAppend(command) || command.input.from === 0) return;
          const { assignmentId, from } = command.input;
          write(file, (database) => database.prepare(dropChunk).run(assignmentId, from));
        },
      }),
  },
  {
    breaks: 'pays a position of an answer to two nodes',
    noticedAs: /accepted from position/,
    storage: (storage, file) =>
      around(storage, {
        after: (command) => {
          if (isFinish(command)) write(file, (database) => database.prepare(overlap).run(command.input.taskId));
        },
      }),
  },
  {
    breaks: 'forgets to tell the requester of the end',
    noticedAs: /Not quiet/,
    storage: (storage) => ({
      ...storage,
      queries: { ...storage.queries, events: async (...given) => withoutEnd(await storage.queries.events(...given)) },
    }),
  },
  {
    breaks: 'changes a task that was over',
    noticedAs: /ended as|disagree|cost/,
    storage: (storage, file) =>
      around(storage, {
        before: (command) => {
          if (command.kind === 'submitTask') write(file, (database) => database.exec(changeAnEnd));
        },
      }),
  },
  {
    breaks: 'rewrites the journal',
    noticedAs: /coordinator verify|journal/,
    storage: (storage, file) =>
      around(storage, {
        after: (command) => {
          if (isFinish(command)) write(file, (database) => database.exec(rewriteFirstEntry));
        },
      }),
  },
];

function isFinished(outcome: unknown): boolean {
  return typeof outcome === 'object' && outcome !== null && 'kind' in outcome && outcome.kind === 'finished';
}

const keepInEscrow = `UPDATE user_balances SET escrow = escrow + 1, available = available - 1
  WHERE available > 0 AND account_id = (SELECT account_id FROM tasks WHERE task_id = ?)`;
const dropChunk = 'DELETE FROM chunks WHERE assignment_id = ? AND start = ?';
const overlap = 'UPDATE assignments SET start_index = start_index - 1 WHERE task_id = ? AND start_index > 0';
const changeAnEnd = `UPDATE tasks SET status = 'failed'
  WHERE task_id = (SELECT min(task_id) FROM tasks WHERE status = 'completed')`;
const rewriteFirstEntry = 'UPDATE entries SET at = at + 1 WHERE entry_id = 1';
