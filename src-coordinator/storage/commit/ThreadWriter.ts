import { Worker } from 'node:worker_threads';
import { entryPoint } from '#node/entryPoint.ts';
import type { RowWriter } from './RowWriter.ts';
import type { SqlValue, Write } from './UnitOfWork.ts';
import type { FromWriter, ToWriter } from './writerMessages.ts';

/** Thrown once the writer thread has exited: nothing can be stored any more. */
export class WriterGoneError extends Error {
  readonly code = 'writer_gone';

  constructor(reason: string) {
    super(`The thread that writes the database is gone: ${reason}`);
    this.name = 'WriterGoneError';
  }
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Writes in a separate thread, so that an fsync or a checkpoint delays only the commands that wait for it. */
export class ThreadWriter implements RowWriter {
  readonly #worker: Worker;
  readonly #numbers = new Map<string, number>();
  #waiting: Waiting | null = null;
  #gone: WriterGoneError | null = null;

  /** `file` must have been opened and migrated before. */
  constructor(file: string) {
    this.#worker = new Worker(entryPoint('writer'), { workerData: file, execArgv: [] });
    this.#worker.unref();
    this.#worker.on('message', (answer: FromWriter) => this.#answered(answer));
    // Without an error listener, an error that it did not report ends the process; acknowledged commits stay.
    this.#worker.on('exit', (code) => this.#end(`it ended with ${code}`));
  }

  write(writes: readonly Write[]): Promise<void> {
    if (this.#gone !== null) return Promise.reject(this.#gone);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      // Keeps an otherwise idle process alive until the write is answered.
      this.#worker.ref();
      this.#post(this.#messageFor(writes));
    });
  }

  async close(): Promise<void> {
    if (this.#gone !== null) return;
    const ended = new Promise<void>((resolve) => void this.#worker.once('exit', () => resolve()));
    this.#worker.ref();
    this.#post({ kind: 'close' });
    await ended;
  }

  #post(message: ToWriter): void {
    this.#worker.postMessage(message);
  }

  #messageFor(writes: readonly Write[]): ToWriter {
    const statements: string[] = [];
    const flat: SqlValue[] = [];
    for (const { sql, values } of writes) {
      let number = this.#numbers.get(sql);
      if (number === undefined) {
        number = this.#numbers.size;
        this.#numbers.set(sql, number);
        statements.push(sql);
      }
      flat.push(number, values.length, ...values);
    }
    return { kind: 'write', statements, flat };
  }

  #answered(answer: FromWriter): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    this.#worker.unref();
    if (answer.kind === 'written') waiting?.resolve();
    else waiting?.reject(Object.assign(new Error(answer.message), { code: answer.code }));
  }

  #end(reason: string): void {
    this.#gone ??= new WriterGoneError(reason);
    this.#waiting?.reject(this.#gone);
    this.#waiting = null;
  }
}
