import { useCallback, useState } from 'react';
import { toast } from 'sonner';
import type { AskInput, AskName, AskOutput } from '#renderer/client/asks.ts';
import { useEngine } from '#renderer/state/EngineContext.tsx';
import { errorWords } from '#renderer/state/errorWords.ts';

interface Action<K extends AskName> {
  /** Resolves to the answer, or to null after a failure that was shown. */
  readonly run: (input: AskInput<K>) => Promise<AskOutput<K> | null>;
  readonly busy: boolean;
}

/** A command on a button: busy while it runs; a failure becomes a message that says what it means. */
export function useAction<K extends AskName>(name: K): Action<K> {
  const { call } = useEngine();
  const [busy, setBusy] = useState(false);
  const run = useCallback(
    async (input: AskInput<K>) => {
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
