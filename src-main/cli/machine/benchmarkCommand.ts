import type { Command } from 'commander';
import type { BenchmarkOptions } from './benchmark.ts';
import type { ProgramParts } from '#main/cli/program/programParts.ts';

/** benchmark: with a running engine and without. */
export function addBenchmarkCommand({ program, run }: ProgramParts): void {
  program
    .command('benchmark')
    .description('measure this machine and its models: speed, threads, and how many answers at once it should offer')
    .option('--model <model>', 'only this model (name, id or digest)')
    .option('--quick', 'under ten seconds instead of under a minute', false)
    .action(async (options: BenchmarkOptions, command: Command) =>
      run(command, async (context) => (await import('./benchmark.ts')).benchmark(context, options)),
    );
}
