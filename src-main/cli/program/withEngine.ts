import { setTimeout as wait } from 'node:timers/promises';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { findRunningEngine } from '#main/localClient/findRunningEngine.ts';
import { LocalEngineClient } from '#main/localClient/LocalEngineClient.ts';
import type { CommandContext, EngineCommand, ExitCode } from './CommandContext.ts';

const startWithinMs = 60_000;
const lookEveryMs = 250;

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

/** The same with an engine that is just starting. */
export async function withEngineSoon(context: CommandContext, run: EngineCommand): Promise<ExitCode> {
  const until = performance.now() + startWithinMs;
  for (;;) {
    try {
      return await withEngine(context, run);
    } catch (error) {
      const absent = error instanceof SwarmError && error.code === 'engine_not_running';
      if (!absent || performance.now() > until) throw error;
      await wait(lookEveryMs);
    }
  }
}

function notRunning({ home }: CommandContext): string {
  return `Open Swarm is not running with ${home}. Start it with: open-swarm start`;
}
