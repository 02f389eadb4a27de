import { rmSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { openBenchSwarm } from './benchSwarm.ts';

/**
 * What one durable task lifecycle costs, in CPU time and SQL statements, which a busy machine changes less than its speed:
 * `node test/bench/lifecycleCost.ts [lifecycles] [--statements]`, with `--cpu-prof` for where the time goes.
 */
const wanted = Number(process.argv.slice(2).find((each) => !each.startsWith('--')) ?? 1500);
const workFolder = path.resolve('out', `bench-${process.pid}`);
const statements = watchStatements();
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
statements.clear();
const before = { all: process.cpuUsage(), thread: process.threadCpuUsage(), at: performance.now() };
await runTasks(wanted);
const perSecond = Math.round((wanted * 1000) / (performance.now() - before.at));
const cpuEach = (used: { user: number; system: number }) => ((used.user + used.system) / 1000 / wanted).toFixed(3);
const run = [...statements.values()].reduce((sum, { count }) => sum + count, 0);
console.log(
  `${wanted} lifecycles, nodes included: ${cpuEach(process.cpuUsage(before.all))} ms CPU, ` +
    `${cpuEach(process.threadCpuUsage(before.thread))} of them in the main thread, ` +
    `and ${(run / wanted).toFixed(1)} SQL statements there each, ${perSecond}/s`,
);
if (process.argv.includes('--statements')) {
  for (const [sql, { count, millis }] of [...statements].toSorted((a, b) => b[1].millis - a[1].millis)) {
    console.log(`${((millis * 1000) / wanted).toFixed(1).padStart(7)} µs ${(count / wanted).toFixed(2)} × ${sql}`);
  }
}
await swarm.close();
rmSync(workFolder, { recursive: true, force: true });

/** Counts and times what is run from now on. */
function watchStatements(): Map<string, { count: number; millis: number }> {
  const seen = new Map<string, { count: number; millis: number }>();
  const database = new Database(':memory:');
  const prototype = Object.getPrototypeOf(database.prepare('SELECT 1')) as Record<string, unknown>;
  for (const name of ['run', 'get', 'all']) {
    const original = prototype[name] as (...given: unknown[]) => unknown;
    prototype[name] = function watched(this: { source: string }, ...given: unknown[]): unknown {
      const start = performance.now();
      const result = Reflect.apply(original, this, given);
      const sql = this.source.replaceAll(/\s+/g, ' ').slice(0, 90);
      const { count, millis } = seen.get(sql) ?? { count: 0, millis: 0 };
      seen.set(sql, { count: count + 1, millis: millis + performance.now() - start });
      return result;
    };
  }
  database.close();
  return seen;
}
