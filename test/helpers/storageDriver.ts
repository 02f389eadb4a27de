import type { Books, Command } from '#coordinator/books/Books.ts';
import { announce } from '#coordinator/books/commands/announce.ts';
import { appendChunk } from '#coordinator/books/commands/appendChunk.ts';
import { assignTask } from '#coordinator/books/commands/assignTask.ts';
import { endAssignment } from '#coordinator/books/commands/endAssignment.ts';
import { enrolNode } from '#coordinator/books/commands/enrolNode.ts';
import { finishTask } from '#coordinator/books/commands/finishTask.ts';
import { expireTexts, forgetText } from '#coordinator/books/commands/forgetText.ts';
import { recordAudit } from '#coordinator/books/commands/recordAudit.ts';
import { releaseDue } from '#coordinator/books/commands/releaseDue.ts';
import { submitTask } from '#coordinator/books/commands/submitTask.ts';
import { revokeToken, saveToken } from '#coordinator/books/commands/tokens.ts';
import type { EventFeed } from '#coordinator/books/EventFeed.ts';
import type { Queries } from '#coordinator/books/Queries.ts';
import { type StorageOptions, openStorage } from '#coordinator/storage/openStorage.ts';
import type { Storage } from '#coordinator/storage/Storage.ts';

/** Constructors of commands, each run at once. */
type Runs<C> = {
  readonly [K in keyof C]: C[K] extends (...given: infer A) => Command<infer T> ? (...given: A) => Promise<T> : never;
};

const commands = {
  announce,
  appendChunk,
  assignTask,
  endAssignment,
  enrolNode,
  finishTask,
  forgetText,
  recordAudit,
  revokeToken,
  saveToken,
  submitTask,
};

/** A storage as tests use it: every command and every query under its own name. */
export type StorageDriver = Runs<typeof commands> &
  Queries &
  EventFeed & {
    readonly storage: Storage;
    close(): Promise<void>;
    /** Both run batch after batch until nothing is left, and give how much was done. */
    expireTexts(before: number): Promise<number>;
    releaseDue(now: number): Promise<number>;
  };

export function drive(storage: Storage): StorageDriver {
  const { books, queries, events } = storage;
  return {
    ...queries,
    ...events,
    storage,
    close: () => storage.close(),
    ...runsOver(books),
    expireTexts: (before) => untilNone(() => books.run(expireTexts(before))),
    releaseDue: (now) => untilNone(() => books.run(releaseDue(now))),
  };
}

/** Opens a storage and drives it. */
export function openDriver(options: StorageOptions): StorageDriver {
  return drive(openStorage(options));
}

function runsOver(books: Books): Runs<typeof commands> {
  return {
    announce: (...given) => books.run(announce(...given)),
    appendChunk: (...given) => books.run(appendChunk(...given)),
    assignTask: (...given) => books.run(assignTask(...given)),
    endAssignment: (...given) => books.run(endAssignment(...given)),
    enrolNode: (...given) => books.run(enrolNode(...given)),
    finishTask: (...given) => books.run(finishTask(...given)),
    forgetText: (...given) => books.run(forgetText(...given)),
    recordAudit: (...given) => books.run(recordAudit(...given)),
    revokeToken: (...given) => books.run(revokeToken(...given)),
    saveToken: (...given) => books.run(saveToken(...given)),
    submitTask: (...given) => books.run(submitTask(...given)),
  };
}

async function untilNone(step: () => Promise<number>): Promise<number> {
  let done = 0;
  for (let some = await step(); some > 0; some = await step()) done += some;
  return done;
}
