import type { LinkSpeed } from '#shared/domain/machine/benchmark.ts';
import type { Clock } from '#shared/util/clock.ts';
import { BenchmarkError, throwIfCancelled } from './BenchmarkError.ts';
import { median, spreadOf } from './statistics.ts';

/** Answer to a probe: the bytes of filler that came back, or why none did. */
export type ProbeAnswer =
  | { readonly ok: true; readonly bytes: number }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** The open connection to the coordinator. */
export interface ProbedLink {
  /** Sends filler and asks for so much back. */
  readonly probe: (filler: string, answerBytes: number) => Promise<ProbeAnswer>;
  /** The smallest message with an answer; used where the coordinator knows no probes. */
  readonly beat: () => Promise<ProbeAnswer>;
}

export interface LinkOptions {
  readonly link: ProbedLink;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Small messages for the round trip. */
  readonly trips: number;
  /** Large messages in each direction. */
  readonly loads: number;
  /** Filler that does not get smaller on its way. */
  readonly filler: (bytes: number) => string;
}

/** Of one message; a run sends a few of these, so that nobody's data plan notices. */
const loadBytes = 128 << 10;

/** Round trip and throughput over the connection that is open anyway. */
export async function measureLink(options: LinkOptions): Promise<LinkSpeed> {
  const { link, signal } = options;
  const knowsProbes = (await link.probe('', 0)).ok;
  const trips: number[] = [];
  for (let trip = 0; trip < options.trips; trip += 1) {
    throwIfCancelled(signal);
    trips.push(await timeOf(options.clock, () => (knowsProbes ? link.probe('', 0) : link.beat())));
  }
  const roundTripMs = median(trips);
  if (!knowsProbes) return { roundTripMs, upMbits: null, downMbits: null, spread: spreadOf(trips) };
  const up: number[] = [];
  const down: number[] = [];
  for (let load = 0; load < options.loads; load += 1) {
    throwIfCancelled(signal);
    const filler = options.filler(loadBytes);
    up.push(megabits(await timeOf(options.clock, () => link.probe(filler, 0)), roundTripMs));
    down.push(megabits(await timeOf(options.clock, () => link.probe('', loadBytes)), roundTripMs));
  }
  return { roundTripMs, upMbits: median(up), downMbits: median(down), spread: spreadOf(trips) };
}

async function timeOf(clock: Clock, ask: () => Promise<ProbeAnswer>): Promise<number> {
  const start = clock.monotonic();
  const answer = await ask();
  if (!answer.ok) throw new BenchmarkError('not_measurable', answer.message);
  return clock.monotonic() - start;
}

/** The way itself takes half of the round trip in each direction, whatever is sent; the rest is the load. */
function megabits(ms: number, roundTripMs: number): number {
  return (loadBytes * 8) / 1000 / Math.max(0.05, ms - roundTripMs);
}
