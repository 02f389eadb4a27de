import { type CommandContext, type ExitCode, exitCodes } from '#main/cli/program/CommandContext.ts';
import { openWindow } from './openWindow.ts';
import { readSwarmSecret } from './readSwarmSecret.ts';
import { withEngineSoon } from '#main/cli/program/withEngine.ts';
import { WrongUseError } from '#main/cli/program/WrongUseError.ts';

export interface StartOptions {
  readonly headless: boolean;
  readonly privateSwarm: boolean;
  readonly coordinator?: string;
  readonly allowPlain: boolean;
  readonly swarmSecret?: string;
  readonly port?: number;
}

/** `start`: runs the engine in this process until it is told to stop. */
export async function start(context: CommandContext, options: StartOptions): Promise<ExitCode> {
  if (options.privateSwarm && options.coordinator !== undefined) {
    throw new WrongUseError('Join one swarm: --private-swarm or --coordinator, not both.');
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
      if (portMoved) context.note('The port of the last run belongs to another program now; a new one was taken.');
      context.say(`Open Swarm is running. Its pages: ${ui}\nStop it with Ctrl-C, or: open-swarm stop`);
    },
    onInterrupt: context.onInterrupt,
  });
  return exitCodes.done;
}

/** The window's engine is told through its door, like everything else that the owner's programs want of it. */
async function joinInWindow(context: CommandContext, options: StartOptions): Promise<void> {
  if (!options.privateSwarm && options.coordinator === undefined) return;
  const secret = await readSwarmSecret(context, options.swarmSecret);
  await withEngineSoon(context, async (client) => {
    if (options.coordinator === undefined) await client.call('swarm.startPrivate', {});
    else await client.call('swarm.join', { address: options.coordinator, allowPlain: options.allowPlain, ...secret });
    return exitCodes.done;
  });
}
