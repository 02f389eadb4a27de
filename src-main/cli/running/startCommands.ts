import type { Command } from 'commander';
import { type ProgramParts, wholeNumber } from '#main/cli/program/programParts.ts';
import type { StartOptions } from './start.ts';

/** Adds `start`, `stop` and `status`. */
export function addStartCommands({ program, run }: ProgramParts): void {
  program
    .command('start')
    .description('start Open Swarm, in a window where possible, else headless')
    .option('--headless', 'start without a window; the interface is served to this computer only', false)
    .option('--private-swarm', 'run a coordinator of your own and join it', false)
    .option('--coordinator <url>', 'join the swarm of this coordinator; also accepts an invite link (openswarm://…)')
    .option('--allow-plain', 'allow an unencrypted connection, on your own network only', false)
    .option('--swarm-secret <file>', 'file that contains the secret of a private swarm')
    .option('--port <n>', 'port of the interface; 0 chooses a free one', wholeNumber(0, 65_535))
    .action(async (options: StartOptions, command: Command) =>
      run(command, async (context) => (await import('./start.ts')).start(context, options)),
    );
  program
    .command('stop')
    .description('stop Open Swarm after its running tasks are finished')
    .option('--now', 'stop at once; running tasks are handed over to other nodes', false)
    .action(async (options: { now: boolean }, command: Command) =>
      run(command, async (context) => (await import('./stop.ts')).stop(context, options)),
    );
  program
    .command('status')
    .description('show what this machine is doing, and the address of the interface')
    .action(async (_options, command: Command) =>
      run(command, async (context) => (await import('./status.ts')).status(context)),
    );
}
