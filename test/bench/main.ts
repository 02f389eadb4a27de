import { rmSync } from 'node:fs';
import path from 'node:path';
import type { Comparison } from './measure.ts';
import { machine, table } from './measure.ts';

type Section = (workFolder: string) => Promise<Comparison[]>;

/** Sections by name, loaded when asked for, so that one that cannot run here does not stop the others. */
const sections: Readonly<Record<string, () => Promise<Section>>> = {
  ledger: async () => (await import('./ledger.ts')).benchLedger,
  coordinator: async () => (await import('./coordinator.ts')).benchCoordinator,
  decode: async () => (await import('./decode.ts')).benchDecode,
  downloads: async () => (await import('./downloads.ts')).benchDownloads,
  latency: async () => (await import('./latency.ts')).benchLatency,
  manners: async () => (await import('./manners.ts')).benchManners,
  memory: async () => (await import('./memory.ts')).benchMemory,
  path: async () => (await import('./path.ts')).benchPath,
};

const asked = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const unknown = asked.filter((name) => !Object.hasOwn(sections, name));
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. There are: ${Object.keys(sections).join(', ')}`);
  process.exit(2);
}
// On a real disk, beside the project: a folder in memory would make every fsync free.
const workFolder = path.resolve('out', `bench-${process.pid}`);
console.log(`${new Date().toISOString().slice(0, 10)}, ${machine()}`);
/** Node's exit code when nothing is left to do while a promise is awaited. */
const unsettled = 13;
let current = '';
process.once('exit', (code) => {
  if (code === unsettled) console.error(`${current}: waits for something that can no longer happen.`);
});
try {
  for (const [name, load] of Object.entries(sections)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    console.log(`\n## ${name}\n`);
    current = name;
    try {
      const run = await load();
      console.log(table(await run(workFolder)));
    } catch (error) {
      // The other sections still run.
      console.error(`${name} failed:`, error);
      process.exitCode = 1;
    }
  }
} finally {
  rmSync(workFolder, { recursive: true, force: true });
}
