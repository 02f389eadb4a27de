/** Steps that a thread count is tried for, and how many samples its estimate keeps. */
const trial = 3;
const kept = 5;

/** Steps after which another count is tried again, since the machine may have become busier or quieter. */
const triedAgainAfter = 128;

/** More threads must be this much faster to be worth it; fewer disturb less. */
const worthIt = 0.95;

/** The chosen count became this much slower: look at the others at once. */
const muchSlower = 1.6;

/** Thread counts worth trying up to `most`: all of them on small machines, doubling ones on large. */
export function threadCandidates(most: number): number[] {
  const doubling = Array.from({ length: 8 }, (_, power) => 2 ** power);
  const counts = most <= 4 ? [1, 2, 3, 4] : [...doubling, most];
  return [...new Set(counts.filter((count) => count <= most))].toSorted((a, b) => a - b);
}

/**
 * Chooses the threads of decode steps by measuring them. llama.cpp's threads wait for each other at barriers, so the best
 * count depends on the model, on how many answers share a batch, and on what else the machine does: beside busy
 * programs two threads on two cores are several times slower than one.
 */
export class ThreadGovernor {
  readonly #candidates: readonly number[];
  readonly #byStreams = new Map<number, Choice>();

  constructor(candidates: readonly number[]) {
    this.#candidates = candidates;
  }

  /** Threads for the next decode step of so many streams. */
  next(streams: number): number {
    return this.#choiceFor(streams).next();
  }

  /** What a step with these threads took, in milliseconds. */
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
  /** Counts still to be tried, with the steps left of each trial. */
  #trials: { readonly threads: number; left: number }[];
  #best: number;
  #bestMs = Number.POSITIVE_INFINITY;
  #steps = 0;
  #turn = 0;

  constructor(candidates: readonly number[]) {
    this.#samples = new Map(candidates.map((threads) => [threads, []]));
    this.#trials = candidates.length > 1 ? candidates.map((threads) => ({ threads, left: trial })) : [];
    this.#best = candidates[0] ?? 1;
  }

  next(): number {
    return this.#trials[0]?.threads ?? this.#best;
  }

  record(threads: number, ms: number): void {
    const samples = this.#samples.get(threads);
    if (samples === undefined || this.#samples.size === 1) return;
    samples.push(ms);
    if (samples.length > kept) samples.shift();
    const [current] = this.#trials;
    if (current !== undefined) {
      current.left -= 1;
      if (current.left <= 0) this.#trials.shift();
      if (this.#trials.length === 0) this.#choose();
      return;
    }
    this.#steps += 1;
    if (median(samples) > this.#bestMs * muchSlower) this.#tryOthers([...this.#samples.keys()]);
    else if (this.#steps >= triedAgainAfter) this.#tryNext();
  }

  #tryNext(): void {
    const others = [...this.#samples.keys()].filter((threads) => threads !== this.#best);
    this.#turn += 1;
    this.#tryOthers(others.slice(this.#turn % others.length).slice(0, 1));
  }

  #tryOthers(counts: readonly number[]): void {
    for (const threads of counts) if (threads !== this.#best) this.#samples.set(threads, []);
    this.#trials = counts.map((threads) => ({ threads, left: trial }));
  }

  #choose(): void {
    let best = this.#best;
    let bestMs = Number.POSITIVE_INFINITY;
    for (const [threads, samples] of this.#samples) {
      const ms = median(samples);
      if (ms < bestMs * worthIt) [best, bestMs] = [threads, ms];
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
