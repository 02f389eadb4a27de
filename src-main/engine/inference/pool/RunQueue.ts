import type { StopReason } from '#shared/worker/EngineToWorker.ts';
import type { GenerateFailureCode } from '#engine/ports/inference/Generation.ts';
import type { RunListener, WorkerSession } from '#engine/inference/process/WorkerSession.ts';
import type { Job } from './Job.ts';

/** Jobs that may wait for a slot of one model. */
const maxWaiting = 64;

/** Shorter runs say too little about speed. */
const minTokensToMeasure = 8;

/** The jobs of one model: those that occupy a slot of its worker, and those that wait for one in order of arrival. */
export class RunQueue {
  readonly #onChange: () => void;
  readonly #waiting: Job[] = [];
  readonly #running = new Map<string, Job>();
  #session: WorkerSession | null = null;
  #slots = 0;
  #tokensPerSecond: number | null = null;

  /** `onChange` is called after each change of the counts. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get running(): number {
    return this.#running.size;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Speed of one run, a moving average; null before the first run that was long enough. */
  get tokensPerSecond(): number | null {
    return this.#tokensPerSecond;
  }

  /** Queues a job; fails it when too many wait. */
  add(job: Job): void {
    if (this.#waiting.length >= maxWaiting) return job.fail('queue_full', 'Too many tasks are waiting for this model.');
    this.#waiting.push(job);
    this.#startNext();
    this.#onChange();
  }

  /** A worker is ready: jobs run in its slots from now on. */
  open(session: WorkerSession, slots: number): void {
    this.#session = session;
    this.#slots = slots;
    this.#startNext();
  }

  /** The worker has exited: fails the running jobs. Waiting ones stay for the next worker. */
  close(code: GenerateFailureCode, message: string): void {
    this.#session = null;
    for (const job of this.#running.values()) job.fail(code, message);
    this.#running.clear();
  }

  failWaiting(code: GenerateFailureCode, message: string): void {
    for (const job of this.#waiting.splice(0)) job.fail(code, message);
  }

  /** Ends a job: a waiting one at once, a running one at its next token. */
  stop(job: Job, reason: StopReason): void {
    if (job.stopReason !== null) return;
    job.stopReason = reason;
    const place = this.#waiting.indexOf(job);
    if (place < 0) return this.#session?.stop(job.runId, reason);
    this.#waiting.splice(place, 1);
    job.finishUnstarted(reason);
    this.#onChange();
  }

  stopAll(reason: StopReason): void {
    for (const job of [...this.#waiting, ...this.#running.values()]) this.stop(job, reason);
  }

  #startNext(): void {
    while (this.#session !== null && this.#running.size < this.#slots) {
      const job = this.#waiting.shift();
      if (job === undefined) return;
      this.#running.set(job.runId, job);
      const { prompt, sampler, seed } = job.request;
      this.#session.generate(
        { runId: job.runId, prompt, sampler, seed },
        {
          onStarted: job.hooks.onStarted,
          onTokens: (from, ids, text) => job.deliver(from, ids, text),
          onOver: (over) => this.#onOver(job, over),
        },
      );
    }
  }

  #onOver(job: Job, over: Parameters<RunListener['onOver']>[0]): void {
    this.#running.delete(job.runId);
    if (over.type === 'failed') {
      const code = over.code === 'busy' || over.code === 'not_loaded' ? 'run_failed' : over.code;
      job.fail(code, over.message, over.promptTokens);
    } else {
      const { finish, count, afterStop, timings } = over;
      this.#measure(count, timings.decodeMs);
      job.finish({ kind: 'ended', finish, count, afterStop, timings });
    }
    this.#startNext();
    this.#onChange();
  }

  #measure(count: number, decodeMs: number): void {
    if (count < minTokensToMeasure || decodeMs <= 0) return;
    const latest = ((count - 1) / decodeMs) * 1000;
    this.#tokensPerSecond = this.#tokensPerSecond === null ? latest : this.#tokensPerSecond * 0.7 + latest * 0.3;
  }
}
