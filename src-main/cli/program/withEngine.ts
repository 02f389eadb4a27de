import { setTimeout as wait } from 'node:timers/promises';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { findRunningEngine } from '#main/localClient/findRunningEngine.ts';
import { LocalEngineClient } from '#main/localClient/LocalEngineClient.ts';
import type { CommandContext, EngineCommand, ExitCode } from './CommandContext.ts';

const startTimeoutMs = 60_000;
const pollIntervalMs = 250;

/** Connects to the engine of this data folder. Rejects with a SwarmError `engine_not_running`. */
export async function connectToEngine(context: CommandContext): Promise<LocalEngineClient> {
  const file = await findRunningEngine(context.home);
  if (file === null) throw new SwarmError('engine_not_running', notRunning(context));
  const client = new LocalEngineClient({ port: file.port, secret: file.secret, reconnect: false });
  try {
    await client.connect();
    return client;
  } catch (cause) {
    // A killed engine leaves its file behind, and another program may use its port by now.
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

/** The same with an engine that may still be starting: retries for up to a minute. */
export async function withStartingEngine(context: CommandContext, run: EngineCommand): Promise<ExitCode> {
  const until = performance.now() + startTimeoutMs;
  for (;;) {
    try {
      return await withEngine(context, run);
    } catch (error) {
      const absent = error instanceof SwarmError && error.code === 'engine_not_running';
      if (!absent || performance.now() > until) throw error;
      await wait(pollIntervalMs);
    }
  }
}

function notRunning({ home }: CommandContext): string {
  return `Open Swarm is not running on ${home}. Start it with: open-swarm start`;
}
