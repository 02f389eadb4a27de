import type { Finish } from '#shared/domain/tasks/assignment.ts';
import type { Sampler } from '#shared/domain/tasks/sampler.ts';
import type { StopReason } from '#shared/worker/EngineToWorker.ts';
import type { RunTimings } from '#shared/worker/WorkerToEngine.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { SequencePort } from '#main/inference-worker/model/ModelHost.ts';
import type { Stepper } from '#main/inference-worker/steps/StepLoop.ts';
import { TextAssembler } from './TextAssembler.ts';
import { TokenSender, type TokenBatch } from './TokenSender.ts';

/** Callbacks of a run: `onTokens` any number of times, then exactly one of the others. */
export interface RunEvents {
  readonly onTokens: (batch: TokenBatch) => void;
  /** `afterStop` counts the tokens sampled after the request to stop. */
  readonly onEnded: (end: { finish: Finish; count: number; afterStop: number; timings: RunTimings }) => void;
  readonly onFailed: (message: string) => void;
}

export interface RunOptions {
  readonly promptIds: readonly number[];
  /** Tokens of the answer that exist already; the run continues after them. */
  readonly prefixIds: readonly number[];
  readonly sampler: Sampler;
  readonly seed: number;
  readonly eogIds: ReadonlySet<number>;
  readonly sequence: SequencePort;
  readonly clock: Clock;
  readonly requestedAt: number;
  /** Upper limit on prompt tokens to read in the next step. */
  readonly promptPiece: () => number;
  readonly detokenize: (ids: readonly number[], before: readonly number[]) => string;
  readonly events: RunEvents;
}

/** One answer: reads its prompt in pieces, then samples one token per step until it ends. */
export class Run implements Stepper {
  readonly #options: RunOptions;
  readonly #text: TextAssembler;
  readonly #sender: TokenSender;
  readonly #ids: number[] = [];
  #unread: readonly number[];
  #tokens: AsyncIterator<number> | null = null;
  #stop: StopReason | null = null;
  #countAtStop: number | null = null;
  #promptReadAt: number | null = null;
  #firstTokenAt: number | null = null;
  #lastTokenAt: number | null = null;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#unread = [...options.promptIds, ...options.prefixIds];
    this.#text = new TextAssembler(options.detokenize, this.#unread);
    this.#sender = new TokenSender(options.events.onTokens);
  }

  get unread(): number {
    return this.#tokens === null ? this.#unread.length : 0;
  }

  get order(): number {
    return this.#options.sequence.order;
  }

  /** Ends the run after the present step, with at most one more token. */
  stop(reason: StopReason): void {
    this.#stop ??= reason;
    this.#countAtStop ??= this.#ids.length;
  }

  async step(): Promise<boolean> {
    try {
      const finish = this.#stop === null ? await this.#advance() : stopFinish(this.#stop);
      if (finish === null) return true;
      await this.#end(finish);
    } catch (thrown) {
      this.#sender.flush();
      await this.#release();
      this.#options.events.onFailed(thrown instanceof Error ? thrown.message : String(thrown));
    }
    return false;
  }

  async #advance(): Promise<Finish | null> {
    const { sequence, sampler, seed } = this.#options;
    const piece = this.#options.promptPiece();
    if (this.#tokens === null && this.#unread.length > piece) {
      await sequence.read(this.#unread.slice(0, piece));
      this.#unread = this.#unread.slice(piece);
      return this.#stop === null ? null : stopFinish(this.#stop);
    }
    this.#tokens ??= sequence.draw(this.#unread, sampler, seed);
    const next = await this.#tokens.next();
    if (next.done === true) throw new Error('The library ended the answer without an end token.');
    return this.#take(next.value);
  }

  #take(id: number): Finish | null {
    const now = this.#options.clock.monotonic();
    this.#promptReadAt ??= now;
    this.#firstTokenAt ??= now;
    this.#lastTokenAt = now;
    this.#ids.push(id);
    this.#sender.push(id, this.#text.push(id));
    const { sampler, eogIds } = this.#options;
    if (eogIds.has(id)) return 'eog';
    if (sampler.stop.some((sequence) => endsWith(this.#ids, sequence))) return 'stop';
    if (this.#ids.length >= sampler.maxTokens) return 'length';
    return this.#stop === null ? null : stopFinish(this.#stop);
  }

  async #end(finish: Finish): Promise<void> {
    // An answer that is continued elsewhere keeps a partial character back: the next segment completes it.
    if (finish === 'eog' || finish === 'length' || finish === 'stop') this.#sender.pushText(this.#text.rest());
    this.#sender.flush();
    await this.#release();
    const count = this.#ids.length;
    const afterStop = count - (this.#countAtStop ?? count);
    this.#options.events.onEnded({ finish, count, afterStop, timings: this.#timings() });
  }

  async #release(): Promise<void> {
    await this.#tokens?.return?.();
    await this.#options.sequence.release();
  }

  #timings(): RunTimings {
    const { requestedAt, clock } = this.#options;
    const first = this.#firstTokenAt;
    return {
      promptMs: (this.#promptReadAt ?? clock.monotonic()) - requestedAt,
      firstTokenMs: first === null ? null : first - requestedAt,
      decodeMs: first === null || this.#lastTokenAt === null ? 0 : this.#lastTokenAt - first,
    };
  }
}

function stopFinish(reason: StopReason): Finish {
  return reason === 'cancel' ? 'cancelled' : 'yielded';
}

function endsWith(ids: readonly number[], sequence: readonly number[]): boolean {
  return sequence.every((id, index) => ids[ids.length - sequence.length + index] === id);
}
