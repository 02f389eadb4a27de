import { openBenchSwarm } from './benchSwarm.ts';
import { type Comparison, percentile, show } from './measure.ts';

const nodes = Number(process.env['OPEN_SWARM_BENCH_NODES'] ?? 2000);
const rate = 100;
const seconds = 15;

/** From submission to the offer at a node, durable submission included, with arrivals that wait for nobody. */
export async function benchLatency(workFolder: string): Promise<Comparison[]> {
  const swarm = await openBenchSwarm(workFolder, { workers: nodes, requesters: 64, slots: 2, chunks: 2 });
  const offered = new Map<number, number>();
  for (const worker of swarm.workers) {
    // Offers carry no task id. The size of the prompt is the number of the task here.
    worker.onOffer = ({ promptBytes }) => {
      if (!offered.has(promptBytes)) offered.set(promptBytes, performance.now());
    };
  }
  const due = new Map<number, number>();
  const lives: number[] = [];
  const running: Promise<void>[] = [];
  const begin = performance.now() + 100;
  for (let index = 0; index < rate * seconds; index += 1) {
    const at = begin + (index * 1000) / rate;
    const wait = at - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const requester = swarm.requesters[index % swarm.requesters.length];
    if (requester === undefined) continue;
    const bytes = 1 + index;
    // Counted from when it was due, so that a load that runs late hides nothing.
    due.set(bytes, at);
    running.push(requester.runTask('x'.repeat(bytes)).then(() => void lives.push(performance.now() - at)));
  }
  await Promise.all(running);
  await swarm.close();
  const waits = [...due].map(([bytes, at]) => (offered.get(bytes) ?? Number.POSITIVE_INFINITY) - at);
  return [
    row('submission to offer, p50', percentile(waits, 50)),
    row('submission to offer, p99', percentile(waits, 99)),
    row('submission to settled and told, p50', percentile(lives, 50)),
    row('submission to settled and told, p99', percentile(lives, 99)),
  ];
}

function row(what: string, value: number): Comparison {
  return {
    what: `${what} (${rate} tasks/s, ${show(nodes)} nodes)`,
    unit: 'ms',
    ours: [value],
    peer: null,
    peerName: '',
    note: 'no peer offers work to connected nodes',
  };
}
