import { type CommandContext, type ExitCode, exitCodes } from '#main/cli/program/CommandContext.ts';
import { openWindow } from './openWindow.ts';
import { readSwarmSecret } from './readSwarmSecret.ts';
import { withStartingEngine } from '#main/cli/program/withEngine.ts';
import { UsageError } from '#main/cli/program/UsageError.ts';

export interface StartOptions {
  readonly headless: boolean;
  readonly privateSwarm: boolean;
  readonly coordinator?: string;
  readonly allowPlain: boolean;
  readonly swarmSecret?: string;
  readonly port?: number;
}

/** `start`: opens the window, or runs the engine in this process until it is stopped. */
export async function start(context: CommandContext, options: StartOptions): Promise<ExitCode> {
  if (options.privateSwarm && options.coordinator !== undefined) {
    throw new UsageError('Use either --private-swarm or --coordinator, not both.');
  }
  if (!options.headless) {
    const opened = await openWindow(context, () => joinInWindow(context, options));
    if (opened.kind === 'ended') return opened.exitCode;
    context.note(`Starting without a window: ${opened.why}.`);
  }
  const { runEngine } = await import('#engine/host/runEngine.ts');
  const secret = await readSwarmSecret(context, options.swarmSecret);
  await runEngine({
    home: context.home,
    privateSwarm: options.privateSwarm,
    port: options.port,
    join:
      options.coordinator === undefined
        ? undefined
        : { address: options.coordinator, allowPlain: options.allowPlain, ...secret },
    showLog: context.note,
    onReady: ({ ui, home, port, portMoved }) => {
      context.line({ event: 'ready', ui, home, port });
      if (portMoved) context.note('The previous port is in use by another program; a new one was chosen.');
      context.say(`Open Swarm is running. Interface: ${ui}\nStop it with Ctrl-C, or: open-swarm stop`);
    },
    onInterrupt: context.onInterrupt,
  });
  return exitCodes.done;
}

/** Tells the engine of the window through its local API which swarm to join. */
async function joinInWindow(context: CommandContext, options: StartOptions): Promise<void> {
  if (!options.privateSwarm && options.coordinator === undefined) return;
  const secret = await readSwarmSecret(context, options.swarmSecret);
  await withStartingEngine(context, async (client) => {
    if (options.coordinator === undefined) await client.call('swarm.startPrivate', {});
    else await client.call('swarm.join', { address: options.coordinator, allowPlain: options.allowPlain, ...secret });
    return exitCodes.done;
  });
}
