import { rmSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { openBenchSwarm } from './benchSwarm.ts';

/**
 * What one durable task lifecycle costs, in CPU time and SQL statements, which a busy machine changes less than its speed:
 * `node test/bench/lifecycleCost.ts [lifecycles]`, with `--cpu-prof` for where the time goes.
 */
const wanted = Number(process.argv[2] ?? 1500);
const workFolder = path.resolve('out', `bench-${process.pid}`);
const statements = countStatements();
const swarm = await openBenchSwarm(workFolder, { workers: 500, requesters: 128, slots: 4, chunks: 2 });

/** Runs this many tasks, 512 at once. */
async function runTasks(count: number): Promise<void> {
  let left = count;
  const callers = Array.from({ length: 4 }, () => swarm.requesters).flat();
  await Promise.all(
    callers.map(async (requester) => {
      while (left > 0) {
        left -= 1;
        await requester.runTask();
      }
    }),
  );
}

await runTasks(1000);
const before = { cpu: process.cpuUsage(), statements: statements(), at: performance.now() };
await runTasks(wanted);
const cpu = process.cpuUsage(before.cpu);
const perSecond = Math.round((wanted * 1000) / (performance.now() - before.at));
const cpuEach = ((cpu.user + cpu.system) / 1000 / wanted).toFixed(3);
const statementsEach = ((statements() - before.statements) / wanted).toFixed(1);
console.log(
  `${wanted} lifecycles, nodes included: ${cpuEach} ms CPU and ${statementsEach} SQL statements each, ${perSecond}/s`,
);
await swarm.close();
rmSync(workFolder, { recursive: true, force: true });

/** Counts what is run from now on; gives the count. */
function countStatements(): () => number {
  let count = 0;
  const database = new Database(':memory:');
  const prototype = Object.getPrototypeOf(database.prepare('SELECT 1')) as Record<string, unknown>;
  for (const name of ['run', 'get', 'all']) {
    const original = prototype[name] as (...given: unknown[]) => unknown;
    prototype[name] = function counted(this: unknown, ...given: unknown[]): unknown {
      count += 1;
      return Reflect.apply(original, this, given);
    };
  }
  database.close();
  return () => count;
}
