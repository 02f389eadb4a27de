import type { CommandHandlers } from '#shared/api/commands.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { CommandContext, ExitCode } from './CommandContext.ts';
import { connectToEngine } from './withEngine.ts';

/** Commands that work without a running engine. */
export type DataSource = Pick<CommandHandlers, 'snapshot' | 'task.list' | 'task.get' | 'settings.set'>;

interface OpenSource {
  readonly source: DataSource;
  readonly close: () => Promise<void>;
}

/**
 * Uses the running engine; without one, its data folder under the lock (rules 8.3), which `create` makes if it does not
 * exist.
 */
export async function withData(
  context: CommandContext,
  read: (source: DataSource) => Promise<ExitCode>,
  options: { create?: boolean } = {},
): Promise<ExitCode> {
  const { source, close } = await openSource(context, options);
  try {
    return await read(source);
  } finally {
    await close();
  }
}

async function openSource(context: CommandContext, options: { create?: boolean }): Promise<OpenSource> {
  try {
    const client = await connectToEngine(context);
    const source: DataSource = {
      snapshot: () => client.call('snapshot', {}),
      'task.list': (input) => client.call('task.list', input),
      'task.get': (input) => client.call('task.get', input),
      'settings.set': (input) => client.call('settings.set', input),
    };
    return { source, close: async () => client.close() };
  } catch (error) {
    if (!(error instanceof SwarmError) || error.code !== 'engine_not_running') throw error;
  }
  const { openOfflineEngine } = await import('#engine/compose/openOfflineEngine.ts');
  const { handlers, close } = await openOfflineEngine(context.home, options);
  return { source: handlers, close };
}
