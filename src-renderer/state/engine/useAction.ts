import { useCallback, useState } from 'react';
import { toast } from 'sonner';
import type { CommandInput, CommandName, CommandOutput } from '#shared/api/commands.ts';
import { useEngine } from './EngineContext.tsx';
import { type ErrorWords, errorWords } from './errorWords.ts';

interface Action<K extends CommandName> {
  /** Resolves to the answer, or to null after a failure, which has been shown. */
  readonly run: (input: CommandInput<K>) => Promise<CommandOutput<K> | null>;
  readonly busy: boolean;
}

/**
 * A command behind a button: `busy` while it runs. `show` shows a failure, by default as a toast; `run` stays the same between
 * renders only if `show` does.
 */
export function useAction<K extends CommandName>(name: K, show: (words: ErrorWords) => void = showToast): Action<K> {
  const { call } = useEngine();
  const [busy, setBusy] = useState(false);
  const run = useCallback(
    async (input: CommandInput<K>) => {
      setBusy(true);
      try {
        return await call(name, input);
      } catch (error) {
        show(errorWords(error));
        return null;
      } finally {
        setBusy(false);
      }
    },
    [call, name, show],
  );
  return { run, busy };
}

function showToast({ title, meaning }: ErrorWords): void {
  toast.error(title, { description: meaning });
}
