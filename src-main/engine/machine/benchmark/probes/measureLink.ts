import type { LinkSpeed } from '#shared/domain/machine/benchmark.ts';
import type { Clock } from '#shared/util/clock.ts';
import { BenchmarkError, throwIfCancelled } from '#engine/machine/benchmark/BenchmarkError.ts';
import { median, spreadOf } from '#engine/machine/benchmark/statistics.ts';

/** Answer to a probe: the number of bytes received, or why it failed. */
export type ProbeAnswer =
  | { readonly ok: true; readonly bytes: number }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** The open connection to the coordinator. */
export interface ProbedLink {
  /** Sends filler and requests filler of `answerBytes` back. */
  readonly probe: (filler: string, answerBytes: number) => Promise<ProbeAnswer>;
  /** The smallest message with an answer, for coordinators that do not support probes. */
  readonly beat: () => Promise<ProbeAnswer>;
}

export interface LinkOptions {
  readonly link: ProbedLink;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Number of small messages, for the round-trip time. */
  readonly trips: number;
  /** Number of large messages in each direction, for the throughput. */
  readonly loads: number;
  /** Incompressible text of the given length. */
  readonly filler: (bytes: number) => string;
}

/** Size of a large message; a run sends only a few, which even metered connections bear. */
const loadBytes = 128 << 10;

/** Measures round-trip time and throughput over the existing connection. Throws a BenchmarkError `not_measurable`. */
export async function measureLink(options: LinkOptions): Promise<LinkSpeed> {
  const { link, signal } = options;
  const supportsProbes = (await link.probe('', 0)).ok;
  const trips: number[] = [];
  for (let trip = 0; trip < options.trips; trip += 1) {
    throwIfCancelled(signal);
    trips.push(await timeOf(options.clock, () => (supportsProbes ? link.probe('', 0) : link.beat())));
  }
  const roundTripMs = median(trips);
  if (!supportsProbes) return { roundTripMs, upMbits: null, downMbits: null, spread: spreadOf(trips) };
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

/** Throughput in Mbit/s: the duration less the round-trip time, which does not depend on the size. */
function megabits(ms: number, roundTripMs: number): number {
  return (loadBytes * 8) / 1000 / Math.max(0.05, ms - roundTripMs);
}
