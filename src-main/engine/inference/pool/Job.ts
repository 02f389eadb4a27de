import type { StopReason } from '#shared/worker/EngineToWorker.ts';
import type {
  GenerateEnd,
  GenerateFailureCode,
  GenerateHooks,
  GenerateRequest,
} from '#engine/ports/inference/Generation.ts';

/** One requested generation on its way through the queue and a worker. Settles exactly once. */
export class Job {
  readonly runId: string;
  readonly request: GenerateRequest;
  readonly hooks: GenerateHooks;
  readonly end: Promise<GenerateEnd>;
  /** Why it was asked to stop, whether it is waiting or running; null when it was not. */
  stopReason: StopReason | null = null;
  readonly #settle: (end: GenerateEnd) => void;
  #delivered = 0;

  constructor(runId: string, request: GenerateRequest, hooks: GenerateHooks) {
    this.runId = runId;
    this.request = request;
    this.hooks = hooks;
    const { promise, resolve } = Promise.withResolvers<GenerateEnd>();
    this.end = promise;
    this.#settle = resolve;
  }

  deliver(from: number, ids: number[], text: string): void {
    this.#delivered = from + ids.length;
    this.hooks.onTokens(from, ids, text);
  }

  finish(end: GenerateEnd): void {
    this.#settle(end);
  }

  fail(code: GenerateFailureCode, message: string, promptTokens?: number): void {
    this.#settle({
      kind: 'failed',
      code,
      message,
      delivered: this.#delivered,
      ...(promptTokens === undefined ? {} : { promptTokens }),
    });
  }

  /** Settles a job that never started. */
  finishUnstarted(reason: StopReason): void {
    const finish = reason === 'cancel' ? 'cancelled' : 'yielded';
    this.#settle({ kind: 'ended', finish, count: 0, timings: { promptMs: 0, firstTokenMs: null, decodeMs: 0 } });
  }
}
