import type { CommandInput, CommandOutput } from '#shared/api/commands.ts';
import { BenchmarkSlice, type HardwareCommandName } from '#shared/api/hardware.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { CommandContext, ExitCode } from '#main/cli/program/CommandContext.ts';
import { connectToEngine } from '#main/cli/program/withEngine.ts';
import type { LibraryCommand } from '#main/cli/models/withModels.ts';

type Name = LibraryCommand | HardwareCommandName;

/** Runs benchmarks: in the running app, or in this process on its data folder. */
export interface BenchmarkSource {
  readonly call: <K extends Name>(name: K, input: CommandInput<K>) => Promise<CommandOutput<K>>;
  /** Calls the listener after each change of the state. */
  readonly onState: (listener: (state: BenchmarkSlice) => void) => void;
  /** Always empty; makes this a `ModelSource`. */
  readonly downloads: () => readonly [];
}

/** Uses the running app; without one, its data folder under the lock (rules 8.3), creating it if needed. */
export async function withBenchmark(
  context: CommandContext,
  work: (source: BenchmarkSource) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { source, close } = await openSource(context);
  try {
    return await work(source);
  } finally {
    await close();
  }
}

interface OpenSource {
  readonly source: BenchmarkSource;
  readonly close: () => Promise<void>;
}

async function openSource(context: CommandContext): Promise<OpenSource> {
  try {
    const client = await connectToEngine(context);
    return {
      source: {
        call: (name, input) => client.call(name, input),
        onState: (listener) => {
          client.on('slice', ({ slice, value }) => {
            const state = slice === 'benchmark' ? BenchmarkSlice.safeParse(value) : undefined;
            if (state?.success === true) listener(state.data);
          });
        },
        downloads: () => [],
      },
      close: async () => client.close(),
    };
  } catch (error) {
    if (!(error instanceof SwarmError) || error.code !== 'engine_not_running') throw error;
  }
  return openOffline(context);
}

async function openOffline({ home }: CommandContext): Promise<OpenSource> {
  const { openOfflineEngine } = await import('#engine/compose/openOfflineEngine.ts');
  const { commands } = await import('#shared/api/commands.ts');
  const { handlers, onBenchmark, close } = await openOfflineEngine(home, { create: true, withBundled: true });
  return {
    source: {
      call: async (name, input) => {
        const handler = handlers[name] as (request: unknown) => Promise<CommandOutput<typeof name>>;
        return handler(commands[name].input.parse(input));
      },
      onState: (listener) => void onBenchmark(listener),
      downloads: () => [],
    },
    close,
  };
}
