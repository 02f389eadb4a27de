import { runCoordinator } from '#coordinator/host/runCoordinator.ts';
import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/program/CommandContext.ts';
import { coordinatorFolder } from './coordinatorFolder.ts';

export interface CoordinatorOptions {
  readonly host: string;
  readonly port?: number;
  readonly data?: string;
  readonly private: boolean;
  readonly grant?: string;
  readonly name?: string;
  readonly publicUrl: readonly string[];
  readonly trustProxy: boolean;
}

const defaultPort = 4600;

/** `coordinator`: hosts a swarm in this process until it is interrupted. */
export async function coordinator(context: CommandContext, options: CoordinatorOptions): Promise<ExitCode> {
  const ended = Promise.withResolvers<void>();
  const forget = context.onInterrupt(() => ended.resolve());
  try {
    const running = await runCoordinator({
      host: options.host,
      port: options.port ?? defaultPort,
      data: coordinatorFolder(context, options.data),
      private: options.private,
      grant: options.grant,
      name: options.name,
      publicUrls: options.publicUrl,
      trustProxy: options.trustProxy,
    });
    const { url, swarmId, data, invite } = running;
    context.line({ event: 'ready', url, swarmId, data, ...(invite === null ? {} : { invite }) });
    context.say(`The coordinator of ${swarmId} is running at ${url}. Data folder: ${data}`);
    if (invite !== null) context.say(`Invite link (contains the secret): ${invite}`);
    await ended.promise;
    await running.stop();
    return exitCodes.done;
  } finally {
    forget();
  }
}
