import { benchBullmq } from './bullmq.ts';
import type { BenchNode } from './BenchNode.ts';
import { openBenchSwarm } from './benchSwarm.ts';
import { type Comparison, median, show, withCpu } from './measure.ts';

const rounds = Number(process.env['OPEN_SWARM_BENCH_ROUNDS'] ?? 5);
const nodes = Number(process.env['OPEN_SWARM_BENCH_NODES'] ?? 2000);
const load = { seconds: 4, chunks: 2, inFlight: 512 } as const;

/**
 * Whole durable lives of tasks a second: submit, offer, assign, chunks, end with settlement, and both sides told. The peer
 * has as many durable steps, each acknowledged after its own fsync: add, take, a report for each chunk, complete.
 */
export async function benchCoordinator(workFolder: string): Promise<Comparison[]> {
  const ours: Lives[] = [];
  const peer: number[] = [];
  let missing: string | null = null;
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await ourLifecycles(workFolder));
    const result = await benchBullmq(workFolder, load);
    if ('missing' in result) ({ missing } = result);
    else peer.push(result.perSecond);
  }
  const main = show(median(ours.map(({ mainMicros }) => mainMicros)));
  const all = show(median(ours.map(({ allMicros }) => allMicros)));
  return [
    {
      what: `durable task lifecycles, ${show(nodes)} nodes, ${load.chunks} chunks each`,
      unit: '/s',
      ours: ours.map(({ perSecond }) => perSecond),
      peer: missing === null ? peer : null,
      peerName: 'BullMQ, Redis with appendfsync always',
      note:
        missing ??
        `${load.chunks + 3} durable steps on both sides. Ours: ${main} µs of the main thread for each, ${all} µs of all threads with the signatures of the nodes, which run in the same process. BullMQ: no ledger, no receipts, no events; client and Redis are two processes`,
    },
  ];
}

interface Lives {
  readonly perSecond: number;
  /** CPU of the coordinator's main thread for each, without what the nodes did there. */
  readonly mainMicros: number;
  /** CPU of all threads of the process for each. */
  readonly allMicros: number;
}

async function ourLifecycles(workFolder: string): Promise<Lives> {
  const swarm = await openBenchSwarm(workFolder, { workers: nodes, requesters: 128, slots: 4, chunks: load.chunks });
  let done = 0;
  const end = performance.now() + load.seconds * 1000;
  const keepGoing = async (requester: BenchNode): Promise<void> => {
    while (performance.now() < end) {
      const status = await requester.runTask();
      if (status !== 'completed') throw new Error(`A task ended as ${status}`);
      done += 1;
    }
  };
  const callers = Array.from({ length: load.inFlight / swarm.requesters.length }, () => swarm.requesters).flat();
  const { cpuSeconds, threadSeconds, wallSeconds } = await withCpu(() => Promise.all(callers.map(keepGoing)));
  const loadSeconds = swarm.workers.reduce((sum, { ownMicros }) => sum + ownMicros, 0) / 1e6;
  await swarm.close();
  return {
    perSecond: done / wallSeconds,
    mainMicros: ((threadSeconds - loadSeconds) * 1e6) / done,
    allMicros: (cpuSeconds * 1e6) / done,
  };
}
