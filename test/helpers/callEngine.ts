import type { CommandInput, CommandName, CommandOutput } from '#shared/api/commands.ts';
import { findRunningEngine } from '#main/localClient/findRunningEngine.ts';
import { LocalEngineClient } from '#main/localClient/LocalEngineClient.ts';
import { until } from './openSwarmCommand.ts';

/** A connection to the running engine of a data folder, to be closed by the caller. */
export async function connectEngine(home: string): Promise<LocalEngineClient> {
  const file = await findRunningEngine(home);
  if (file === null) throw new Error(`No engine runs with ${home}.`);
  const client = new LocalEngineClient({ port: file.port, secret: file.secret, reconnect: false });
  await client.connect();
  return client;
}

/** Asks the running engine of a data folder as the owner's programs do, without starting a process for it. */
export async function callEngine<K extends CommandName>(
  home: string,
  name: K,
  input: CommandInput<K>,
): Promise<CommandOutput<K>> {
  const client = await connectEngine(home);
  try {
    return await client.call(name, input);
  } finally {
    client.close();
  }
}

/** Waits until the first task for this node, its welcome, is paid; then nothing of the start is under way any more. */
export async function untilWelcomed(home: string): Promise<void> {
  await until(
    'the welcome task is paid',
    async () => {
      const { rows } = await callEngine(home, 'task.list', { role: 'node' });
      return rows.some((row) => row.status === 'accepted');
    },
    60_000,
  );
}
