import { useCallback, useState } from 'react';
import { toast } from 'sonner';
import type { CommandInput, CommandName, CommandOutput } from '#shared/api/commands.ts';
import { useEngine } from './EngineContext.tsx';
import { errorWords } from './errorWords.ts';

interface Action<K extends CommandName> {
  /** Resolves to the answer, or to null after a failure, which is shown as a toast. */
  readonly run: (input: CommandInput<K>) => Promise<CommandOutput<K> | null>;
  readonly busy: boolean;
}

/** A command behind a button: `busy` while it runs; failures are shown as toasts. */
export function useAction<K extends CommandName>(name: K): Action<K> {
  const { call } = useEngine();
  const [busy, setBusy] = useState(false);
  const run = useCallback(
    async (input: CommandInput<K>) => {
      setBusy(true);
      try {
        return await call(name, input);
      } catch (error) {
        const { title, meaning } = errorWords(error);
        toast.error(title, { description: meaning });
        return null;
      } finally {
        setBusy(false);
      }
    },
    [call, name],
  );
  return { run, busy };
}
