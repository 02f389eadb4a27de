import { Worker } from 'node:worker_threads';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import { entryPoint } from '#node/entryPoint.ts';
import type { CodeParser, CodePiece } from './CodeParser.ts';
import { isParsable } from './isParsable.ts';

/** What the thread tells: that it can be asked, and what it found. */
export type FromParser = { readonly kind: 'ready' } | { readonly kind: 'verdict'; readonly parses: boolean | null };

/**
 * An honest answer parses in a few milliseconds. Who had to wait for long, because others sent code that takes for ever,
 * goes on without a verdict. A thread that does not even start in its time is given up.
 */
const times = { parseMs: 200, waitMs: 2000, startMs: 10_000 } as const;

/** Memory of the thread: a piece has at most 48 KiB, and its tree far less than this. */
const memory = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 } as const;

interface Thread {
  readonly worker: Worker;
  /** Hears what it says next: null when it ended. */
  heard: ((message: FromParser | null) => void) | null;
  ended: boolean;
}

interface ThreadParserNeeds {
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Parses in a thread of its own, which is ended when it takes too long: how long a parser takes is up to whoever wrote the
 * text. The thread starts with the first piece, and again after it was ended.
 */
export class ThreadParser implements CodeParser {
  readonly #needs: ThreadParserNeeds;
  #thread: Thread | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(needs: ThreadParserNeeds) {
    this.#needs = needs;
  }

  parses(pieces: readonly CodePiece[]): Promise<boolean | null> {
    const known = pieces.filter(isParsable);
    if (known.length === 0) return Promise.resolve(null);
    const since = this.#needs.clock.monotonic();
    const verdict = this.#turn.then(() => this.#ask(known, since));
    this.#turn = verdict;
    return verdict;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#turn;
    await this.#end();
  }

  async #ask(pieces: readonly CodePiece[], since: number): Promise<boolean | null> {
    if (this.#closed || this.#needs.clock.monotonic() - since > times.waitMs) return null;
    const thread = this.#thread ?? (await this.#start());
    if (thread === null) return null;
    const answer = this.#next(thread, times.parseMs);
    thread.worker.postMessage(pieces);
    const message = await answer;
    if (message?.kind === 'verdict') return message.parses;
    await this.#end();
    return null;
  }

  async #start(): Promise<Thread | null> {
    const worker = new Worker(entryPoint('parser'), { execArgv: [], resourceLimits: memory });
    const thread: Thread = { worker, heard: null, ended: false };
    this.#thread = thread;
    worker.unref();
    worker.on('message', (message: FromParser) => thread.heard?.(message));
    worker.on('error', (error) =>
      this.#needs.logger.warn('The thread that parses code failed', { error: String(error) }),
    );
    worker.on('exit', () => {
      thread.ended = true;
      if (this.#thread === thread) this.#thread = null;
      thread.heard?.(null);
    });
    if ((await this.#next(thread, times.startMs))?.kind === 'ready') return thread;
    await this.#end();
    return null;
  }

  /** The thread's next message; null when it ended or said nothing in time. */
  #next(thread: Thread, withinMs: number): Promise<FromParser | null> {
    if (thread.ended) return Promise.resolve(null);
    return new Promise((resolve) => {
      const timer = this.#needs.clock.setTimer(withinMs, () => thread.heard?.(null));
      thread.heard = (message) => {
        thread.heard = null;
        timer.cancel();
        resolve(message);
      };
    });
  }

  async #end(): Promise<void> {
    const thread = this.#thread;
    this.#thread = null;
    await thread?.worker.terminate();
  }
}
