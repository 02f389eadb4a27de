import { Worker } from 'node:worker_threads';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import { entryPoint } from '#node/entryPoint.ts';
import { type CodeParser, type CodeSnippet, isParsable } from './CodeParser.ts';

/** Messages of the thread: it is ready for requests, or it has a verdict. */
export type FromParser = { readonly kind: 'ready' } | { readonly kind: 'verdict'; readonly parses: boolean | null };

/**
 * Time limits of one parse, of the wait for earlier requests and of the thread's start. Honest answers parse in a few
 * milliseconds; a request that times out gets no verdict.
 */
const timeLimits = { parseMs: 200, queueMs: 2000, startMs: 10_000 } as const;

/** Memory limit of the thread: the syntax tree of the longest parsable snippet needs far less. */
const memory = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 } as const;

interface Thread {
  readonly worker: Worker;
  /** Receives the next message; null once the thread has ended. */
  onNext: ((message: FromParser | null) => void) | null;
  ended: boolean;
}

interface ThreadParserNeeds {
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Parses in a separate thread and terminates it when a parse takes too long, because the author of a text controls how long a
 * parser needs. The thread starts with the first snippet, and again after a termination.
 */
export class ThreadParser implements CodeParser {
  readonly #needs: ThreadParserNeeds;
  #thread: Thread | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(needs: ThreadParserNeeds) {
    this.#needs = needs;
  }

  parses(snippets: readonly CodeSnippet[]): Promise<boolean | null> {
    const known = snippets.filter(isParsable);
    if (known.length === 0) return Promise.resolve(null);
    const since = this.#needs.clock.monotonic();
    const verdict = this.#queue.then(() => this.#ask(known, since));
    this.#queue = verdict;
    return verdict;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#queue;
    await this.#end();
  }

  async #ask(snippets: readonly CodeSnippet[], since: number): Promise<boolean | null> {
    if (this.#closed || this.#needs.clock.monotonic() - since > timeLimits.queueMs) return null;
    const thread = this.#thread ?? (await this.#start());
    if (thread === null) return null;
    const answer = this.#next(thread, timeLimits.parseMs);
    thread.worker.postMessage(snippets);
    const message = await answer;
    if (message?.kind === 'verdict') return message.parses;
    await this.#end();
    return null;
  }

  async #start(): Promise<Thread | null> {
    const worker = new Worker(entryPoint('parser'), { execArgv: [], resourceLimits: memory });
    const thread: Thread = { worker, onNext: null, ended: false };
    this.#thread = thread;
    worker.unref();
    worker.on('message', (message: FromParser) => thread.onNext?.(message));
    worker.on('error', (error) => this.#needs.logger.warn('The code parser thread failed', { error: String(error) }));
    worker.on('exit', () => {
      thread.ended = true;
      if (this.#thread === thread) this.#thread = null;
      thread.onNext?.(null);
    });
    if ((await this.#next(thread, timeLimits.startMs))?.kind === 'ready') return thread;
    await this.#end();
    return null;
  }

  /** The thread's next message; null if it ended or timed out. */
  #next(thread: Thread, withinMs: number): Promise<FromParser | null> {
    if (thread.ended) return Promise.resolve(null);
    return new Promise((resolve) => {
      const timer = this.#needs.clock.setTimer(withinMs, () => thread.onNext?.(null));
      thread.onNext = (message) => {
        thread.onNext = null;
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
