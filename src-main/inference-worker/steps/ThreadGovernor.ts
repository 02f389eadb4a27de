/** Steps per trial of a thread count. */
const trialSteps = 3;
/** Samples kept per thread count. */
const maxSamples = 5;

/** Steps after which another count is tried again, because the load of the machine may have changed. */
const retryAfterSteps = 128;

/** More threads win only when a step takes less than this factor of the time; fewer disturb other programs less. */
const worthwhile = 0.95;

/** When the chosen count becomes this factor slower, all others are tried at once. */
const muchSlower = 1.6;

/**
 * Chooses the number of threads by measuring steps. llama.cpp's threads wait for each other at barriers, so the best
 * number depends on the model, the batch size and the load of the machine: beside busy programs two threads on two
 * cores are several times slower than one.
 */
export class ThreadGovernor {
  readonly #candidates: readonly number[];
  readonly #byStreams = new Map<number, Choice>();

  constructor(candidates: readonly number[]) {
    this.#candidates = candidates;
  }

  /** Threads for the next step of `streams` runs. */
  next(streams: number): number {
    return this.#choiceFor(streams).next();
  }

  /** Records the duration of a step with these threads, in milliseconds. */
  record(streams: number, threads: number, ms: number): void {
    this.#choiceFor(streams).record(threads, ms);
  }

  #choiceFor(streams: number): Choice {
    const choice = this.#byStreams.get(streams) ?? new Choice(this.#candidates);
    this.#byStreams.set(streams, choice);
    return choice;
  }
}

/** The choice for one number of streams. */
class Choice {
  readonly #samples: Map<number, number[]>;
  /** Trials still to run, with their remaining steps. */
  #trials: { readonly threads: number; left: number }[];
  #best: number;
  #bestMs = Number.POSITIVE_INFINITY;
  #steps = 0;
  #turn = 0;

  constructor(candidates: readonly number[]) {
    this.#samples = new Map(candidates.map((threads) => [threads, []]));
    this.#trials = candidates.length > 1 ? candidates.map((threads) => ({ threads, left: trialSteps })) : [];
    this.#best = candidates[0] ?? 1;
  }

  next(): number {
    return this.#trials[0]?.threads ?? this.#best;
  }

  record(threads: number, ms: number): void {
    const samples = this.#samples.get(threads);
    if (samples === undefined || this.#samples.size === 1) return;
    samples.push(ms);
    if (samples.length > maxSamples) samples.shift();
    const [current] = this.#trials;
    if (current !== undefined) {
      current.left -= 1;
      if (current.left <= 0) this.#trials.shift();
      if (this.#trials.length === 0) this.#choose();
      return;
    }
    this.#steps += 1;
    if (median(samples) > this.#bestMs * muchSlower) this.#tryOthers([...this.#samples.keys()]);
    else if (this.#steps >= retryAfterSteps) this.#tryNext();
  }

  #tryNext(): void {
    const others = [...this.#samples.keys()].filter((threads) => threads !== this.#best);
    this.#turn += 1;
    this.#tryOthers(others.slice(this.#turn % others.length).slice(0, 1));
  }

  #tryOthers(counts: readonly number[]): void {
    for (const threads of counts) if (threads !== this.#best) this.#samples.set(threads, []);
    this.#trials = counts.map((threads) => ({ threads, left: trialSteps }));
  }

  #choose(): void {
    let best = this.#best;
    let bestMs = Number.POSITIVE_INFINITY;
    for (const [threads, samples] of this.#samples) {
      const ms = median(samples);
      if (ms < bestMs * worthwhile) [best, bestMs] = [threads, ms];
    }
    this.#best = best;
    this.#bestMs = bestMs;
    this.#steps = 0;
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.POSITIVE_INFINITY;
}
