import { enableCompileCache } from 'node:module';

// Caches compiled code between runs: a short command spends most of its time on loading.
enableCompileCache();
const { runCommandLine } = await import('./program/runCommandLine.ts');
const { processWorld } = await import('./program/processWorld.ts');
process.exitCode = await runCommandLine(process.argv.slice(2), processWorld());
