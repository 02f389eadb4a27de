import { SwarmError } from '#shared/domain/errorCodes.ts';
import { findRunningEngine } from '#main/localClient/findRunningEngine.ts';
import { LocalEngineClient } from '#main/localClient/LocalEngineClient.ts';
import type { CommandContext, EngineCommand, ExitCode } from './CommandContext.ts';

/** Connects to the engine of this data folder. Rejects with a SwarmError `engine_not_running`. */
export async function connectToEngine(context: CommandContext): Promise<LocalEngineClient> {
  const file = await findRunningEngine(context.home);
  if (file === null) throw new SwarmError('engine_not_running', notRunning(context));
  const client = new LocalEngineClient({ port: file.port, secret: file.secret, reconnect: false });
  try {
    await client.connect();
    return client;
  } catch (cause) {
    // The file of a killed engine stays behind, and its port may be somebody else's by now.
    throw new SwarmError('engine_not_running', notRunning(context), { cause });
  }
}

/** Runs a command against the running engine and closes the connection. */
export async function withEngine(context: CommandContext, run: EngineCommand): Promise<ExitCode> {
  const client = await connectToEngine(context);
  try {
    return await run(client);
  } finally {
    client.close();
  }
}

function notRunning({ home }: CommandContext): string {
  return `Open Swarm is not running with ${home}. Start it with: open-swarm start`;
}
