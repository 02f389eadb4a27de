import { z } from 'zod';
import type { CommandInput, CommandOutput } from '#shared/api/commands.ts';
import { Download, type ModelCommandName } from '#shared/api/models.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/program/CommandContext.ts';
import { twoInterrupts } from '#main/cli/program/twoInterrupts.ts';
import { connectToEngine } from '#main/cli/program/withEngine.ts';

/** Commands about models that do not run one. */
export type LibraryCommand = Exclude<ModelCommandName, `try.${string}`> | 'snapshot';

/** The model library, in the running app or in its data folder. */
export interface ModelSource {
  readonly call: <K extends LibraryCommand>(name: K, input: CommandInput<K>) => Promise<CommandOutput<K>>;
  /** The present downloads. */
  readonly downloads: () => readonly Download[];
}

/** Uses the library of the running app; without one, its data folder under the lock (rules 8.3). */
export async function withModels(
  context: CommandContext,
  work: (source: ModelSource) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { source, close } = await openSource(context);
  const stop = (): void => {
    // The partial file stays. In the running app the download continues by itself.
    context.note('Stopped. Repeat the command to resume.');
    void close().finally(() => process.exit(exitCodes.failed));
  };
  // An exit at any point is safe: partial files are verified at the next start.
  const forget = context.onInterrupt(twoInterrupts(stop, () => process.exit(exitCodes.failed)));
  try {
    return await work(source);
  } finally {
    forget();
    await close();
  }
}

async function openSource(context: CommandContext): Promise<{ source: ModelSource; close: () => Promise<void> }> {
  try {
    const client = await connectToEngine(context);
    let downloads: readonly Download[] = [];
    client.on('slice', ({ slice, value }) => {
      if (slice === 'downloads') downloads = z.array(Download).catch([]).parse(value);
    });
    return {
      source: { call: (name, input) => client.call(name, input), downloads: () => downloads },
      close: async () => client.close(),
    };
  } catch (error) {
    if (!(error instanceof SwarmError) || error.code !== 'engine_not_running') throw error;
  }
  const { openOfflineEngine } = await import('#engine/compose/openOfflineEngine.ts');
  const { commands } = await import('#shared/api/commands.ts');
  const { handlers, downloads, close } = await openOfflineEngine(context.home, { create: true });
  return {
    source: {
      call: async (name, input) => {
        const handler = handlers[name] as (request: unknown) => Promise<CommandOutput<typeof name>>;
        return handler(commands[name].input.parse(input));
      },
      downloads,
    },
    close,
  };
}
