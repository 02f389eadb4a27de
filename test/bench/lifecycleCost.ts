import path from 'node:path';
import { rmSync } from 'node:fs';
import type { BenchNode } from './BenchNode.ts';
import { openBenchSwarm } from './benchSwarm.ts';

/**
 * CPU milliseconds of one durable task lifecycle, which a busy machine changes little: `node test/bench/lifecycleCost.ts`,
 * with `--cpu-prof` for where they go.
 */
const seconds = Number(process.argv[2] ?? 4);
const workFolder = path.resolve('out', `bench-${process.pid}`);
const swarm = await openBenchSwarm(workFolder, { workers: 500, requesters: 128, slots: 4, chunks: 2 });
let done = 0;
const keepGoing = async (requester: BenchNode, end: number): Promise<void> => {
  while (performance.now() < end) {
    await requester.runTask();
    done += 1;
  }
};
const callers = Array.from({ length: 4 }, () => swarm.requesters).flat();
const warm = performance.now() + 1500;
await Promise.all(callers.map((requester) => keepGoing(requester, warm)));
done = 0;
const load = () => swarm.workers.reduce((sum, { ownMillis }) => sum + ownMillis, 0);
const before = { cpu: process.cpuUsage(), load: load(), at: performance.now() };
await Promise.all(callers.map((requester) => keepGoing(requester, before.at + seconds * 1000)));
const cpu = process.cpuUsage(before.cpu);
const own = load() - before.load;
const wall = (performance.now() - before.at) / 1000;
const millis = (cpu.user + cpu.system) / 1000;
console.log(
  `${done} lifecycles, ${Math.round(done / wall)}/s; CPU each: ${(millis / done).toFixed(3)} ms, of it ${(own / done).toFixed(3)} ms the nodes (wall)`,
);
await swarm.close();
rmSync(workFolder, { recursive: true, force: true });
