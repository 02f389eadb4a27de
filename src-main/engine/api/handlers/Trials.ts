import type { CommandRequest } from '#shared/api/commands.ts';
import type { EngineEvent } from '#shared/api/events.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Random } from '#shared/util/random.ts';
import type { Inference } from '#engine/ports/inference/Inference.ts';
import type { GenerateEnd } from '#engine/ports/inference/Generation.ts';

export interface TrialsOptions {
  readonly inference: Inference;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: (event: EngineEvent) => void;
}

type TryRequest = Omit<CommandRequest<'try.start'>, 'digest'>;

/** Trials that may run at once; a person needs one. */
const mostAtOnce = 4;

/** Generates answers for an owner who tries a model, each as a stream of events. */
export class Trials {
  readonly #options: TrialsOptions;
  readonly #running = new Map<string, AbortController>();
  #count = 0;

  constructor(options: TrialsOptions) {
    this.#options = options;
  }

  /** Starts an answer and returns its id. Throws a SwarmError `conflict` when too many run. */
  start(model: InstalledModel, request: TryRequest): string {
    if (this.#running.size >= mostAtOnce) throw new SwarmError('conflict', 'Stop another answer first.');
    this.#count += 1;
    const tryId = `try-${this.#count}-${Buffer.from(this.#options.random.bytes(6)).toString('hex')}`;
    const stop = new AbortController();
    this.#running.set(tryId, stop);
    void this.#run(tryId, model, { request, signal: stop.signal });
    return tryId;
  }

  /** Stops an answer at its next token; one that has ended is ignored. */
  stop(tryId: string): void {
    this.#running.get(tryId)?.abort();
  }

  async #run(
    tryId: string,
    model: InstalledModel,
    { request, signal }: { request: TryRequest; signal: AbortSignal },
  ): Promise<void> {
    const { inference, random, emit } = this.#options;
    const { prompt, maxTokens, temperature } = request;
    const progress = new TryProgress(this.#options.clock);
    const mode = temperature === 0 ? ('greedy' as const) : ('sampled' as const);
    const end = await inference.generate(
      {
        model,
        prompt,
        sampler: { mode, temperature, minP: 0.05, maxTokens, stop: [] },
        seed: Math.floor(random.fraction() * 4_294_967_294),
      },
      {
        signal,
        onStarted: (promptIds) => (progress.promptTokens = promptIds.length),
        onTokens: (from, ids, text) => {
          progress.add(from + ids.length);
          const { tokens, tokensPerSecond } = progress;
          emit({ name: 'try:frame', payload: { tryId, text, tokens, tokensPerSecond } });
        },
      },
    );
    this.#running.delete(tryId);
    const { tokens, promptTokens, tokensPerSecond } = progress;
    emit({ name: 'try:ended', payload: { tryId, tokens, promptTokens, tokensPerSecond, ...outcomeOf(end) } });
  }
}

function outcomeOf(end: GenerateEnd) {
  return end.kind === 'ended'
    ? { finish: end.finish, problem: null }
    : { finish: 'failed' as const, problem: end.message.slice(0, 500) };
}

/** Length and speed of an answer. */
class TryProgress {
  readonly #clock: Clock;
  #firstAt: number | null = null;
  #firstTokens = 0;
  #lastAt = 0;
  tokens = 0;
  promptTokens = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(tokens: number): void {
    this.tokens = tokens;
    this.#lastAt = this.#clock.monotonic();
    if (this.#firstAt !== null) return;
    this.#firstAt = this.#lastAt;
    this.#firstTokens = tokens;
  }

  get tokensPerSecond(): number | null {
    if (this.#firstAt === null || this.#lastAt <= this.#firstAt) return null;
    return Math.round(((this.tokens - this.#firstTokens) / (this.#lastAt - this.#firstAt)) * 10_000) / 10;
  }
}
