import type { Command } from 'commander';
import { type ProgramParts, wholeNumber } from '#main/cli/program/programParts.ts';
import type { StartOptions } from './start.ts';

/** start, stop, status. */
export function addStartCommands({ program, run }: ProgramParts): void {
  program
    .command('start')
    .description('start Open Swarm: its window where there can be one, else headless')
    .option('--headless', 'without a window; the pages are served on this machine only', false)
    .option('--private-swarm', 'run a coordinator for yourself, and join it', false)
    .option('--coordinator <url>', 'join the swarm of this coordinator (or an invite link openswarm://…)')
    .option('--allow-plain', 'join without encryption, on your own network only', false)
    .option('--swarm-secret <file>', 'file with the secret of a private swarm')
    .option('--port <n>', 'port of the pages; 0 takes a free one', wholeNumber(0, 65_535))
    .action(async (options: StartOptions, command: Command) =>
      run(command, async (context) => (await import('./start.ts')).start(context, options)),
    );
  program
    .command('stop')
    .description('stop it; running tasks are finished first')
    .option('--now', 'do not wait for running tasks; they are handed over', false)
    .action(async (options: { now: boolean }, command: Command) =>
      run(command, async (context) => (await import('./stop.ts')).stop(context, options)),
    );
  program
    .command('status')
    .description('what this machine does right now, and an address for a browser')
    .action(async (_options, command: Command) =>
      run(command, async (context) => (await import('./status.ts')).status(context)),
    );
}
