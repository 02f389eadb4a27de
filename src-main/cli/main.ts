import { enableCompileCache } from 'node:module';

// Compiled code is kept between runs: most of a short command's time is loading.
enableCompileCache();
const { runCommandLine } = await import('./program/runCommandLine.ts');
const { processWorld } = await import('./program/processWorld.ts');
process.exitCode = await runCommandLine(process.argv.slice(2), processWorld());
