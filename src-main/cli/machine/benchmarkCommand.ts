import type { Command } from 'commander';
import type { BenchmarkOptions } from './benchmark.ts';
import type { ProgramParts } from '#main/cli/program/programParts.ts';

/** Adds `benchmark`; it works with and without a running engine. */
export function addBenchmarkCommand({ program, run }: ProgramParts): void {
  program
    .command('benchmark')
    .description('measure this machine and its models: speed, best threads, and best number of concurrent answers')
    .option('--model <model>', 'measure only this model (name, id or digest)')
    .option('--quick', 'take under ten seconds instead of under a minute', false)
    .action(async (options: BenchmarkOptions, command: Command) =>
      run(command, async (context) => (await import('./benchmark.ts')).benchmark(context, options)),
    );
}
