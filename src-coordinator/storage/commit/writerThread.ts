import { parentPort, workerData } from 'node:worker_threads';
import { openPrepared } from '#node/openDatabase.ts';
import { InlineWriter } from './InlineWriter.ts';
import { makeFast } from './makeFast.ts';
import type { Write } from './UnitOfWork.ts';
import type { FromWriter, ToWriter } from './writerMessages.ts';

/** The thread of a `ThreadWriter`: the only connection of a running coordinator that writes. `workerData` is the file. */
const database = openPrepared(String(workerData));
makeFast(database);
const writer = new InlineWriter(database);
const statements: string[] = [];

parentPort?.on('message', (message: ToWriter) => {
  if (message.kind === 'close') {
    database.close();
    parentPort?.close();
    return;
  }
  parentPort?.postMessage(answer(message));
});

function answer(message: Extract<ToWriter, { kind: 'write' }>): FromWriter {
  statements.push(...message.statements);
  try {
    writer.write(writesOf(message.flat));
    return { kind: 'written' };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return { kind: 'failed', code, message: error instanceof Error ? error.message : String(error) };
  }
}

function writesOf(flat: Extract<ToWriter, { kind: 'write' }>['flat']): Write[] {
  const writes: Write[] = [];
  for (let place = 0; place < flat.length;) {
    const from = place + 2;
    const to = from + Number(flat[place + 1]);
    writes.push({ sql: statements[Number(flat[place])] ?? '', values: flat.slice(from, to) });
    place = to;
  }
  return writes;
}
