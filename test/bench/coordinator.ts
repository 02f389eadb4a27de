import { benchBullmq } from './bullmq.ts';
import type { BenchNode } from './BenchNode.ts';
import { openBenchSwarm } from './benchSwarm.ts';
import { type Comparison, median, show, withCpu } from './measure.ts';

const rounds = Number(process.env['OPEN_SWARM_BENCH_ROUNDS'] ?? 5);
const nodes = Number(process.env['OPEN_SWARM_BENCH_NODES'] ?? 2000);
const load = { seconds: 4, chunks: 2, inFlight: 512 } as const;

/** Whole durable lives of tasks a second: submit, offer, assign, chunks, end with settlement, and both sides told. */
export async function benchCoordinator(workFolder: string): Promise<Comparison[]> {
  const ours: number[] = [];
  const perCore: number[] = [];
  const peer: number[] = [];
  let missing: string | null = null;
  for (let round = 0; round < rounds; round += 1) {
    const { perSecond, perCoreSecond } = await ourLifecycles(workFolder);
    ours.push(perSecond);
    perCore.push(perCoreSecond);
    const result = await benchBullmq(workFolder, load);
    if ('missing' in result) ({ missing } = result);
    else peer.push(result.perSecond);
  }
  const what = `durable task lifecycles, ${show(nodes)} nodes, ${load.chunks} chunks each`;
  const peerName = 'BullMQ, Redis with appendfsync always';
  return [
    {
      what,
      unit: '/s',
      ours,
      peer: missing === null ? peer : null,
      peerName,
      note:
        missing ??
        `ours runs nodes and coordinator in one thread (${show(median(perCore))}/s for each CPU second of the coordinator alone); BullMQ's Redis has a core of its own`,
    },
  ];
}

async function ourLifecycles(workFolder: string): Promise<{ perSecond: number; perCoreSecond: number }> {
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
  const { cpuSeconds, wallSeconds } = await withCpu(() => Promise.all(callers.map(keepGoing)));
  const loadSeconds = swarm.workers.reduce((sum, { ownMillis }) => sum + ownMillis, 0) / 1000;
  await swarm.close();
  return { perSecond: done / wallSeconds, perCoreSecond: done / (cpuSeconds - loadSeconds) };
}
