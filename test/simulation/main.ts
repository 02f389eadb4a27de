import { parseArgs } from 'node:util';
import { simulationFolder } from './simulationFolder.ts';
import { simulate } from './Simulation.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    counts: { type: 'boolean', default: false },
    late: { type: 'boolean', default: false },
  },
});

const single = values.seed === undefined ? null : Number(values.seed);
const from = single ?? Number(values.from);
const seeds = single === null ? Number(values.seeds) : 1;
const folder = simulationFolder();
const counts = new Map<string, number>();
const start = performance.now();
let failed = 0;
for (let seed = from; seed < from + seeds; seed += 1) {
  const print = values.verbose ? (line: string): void => console.log(line) : undefined;
  const result = await simulate({ seed, folder, late: values.late, ...(print === undefined ? {} : { print }) });
  for (const [what, count] of result.counts) counts.set(what, (counts.get(what) ?? 0) + count);
  if (single !== null) {
    console.log(
      `seed ${seed}: ${result.events} timers, ${Math.round(result.lasted / 1000)} virtual s, trace ${result.digest}`,
    );
  }
  if (result.broken === null) continue;
  failed += 1;
  console.log(`seed ${seed} FAILED: ${result.broken}`);
  console.log(`  replay: node test/simulation/main.ts --seed ${seed} --verbose${values.late ? ' --late' : ''}`);
}
const seconds = (performance.now() - start) / 1000;
if (values.counts)
  for (const [what, count] of [...counts].toSorted(([a], [b]) => a.localeCompare(b))) console.log(`${what} ${count}`);
console.log(`${seeds} seeds, ${failed} failed, ${(seeds / seconds).toFixed(1)} seeds/s`);
process.exitCode = failed === 0 ? 0 : 1;
