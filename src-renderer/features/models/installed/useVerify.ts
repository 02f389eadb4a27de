import { useState } from 'react';
import { toast } from 'sonner';
import type { CommandOutput } from '#shared/api/commands.ts';
import { useEngine } from '#renderer/state/engine/EngineContext.tsx';
import { errorWords } from '#renderer/state/engine/errorWords.ts';

type VerifyState = CommandOutput<'models.verify'>['state'];

interface Verify {
  readonly checking: boolean;
  /** With `repair`, damaged parts are restored. */
  readonly run: (repair: boolean) => Promise<void>;
}

/** Lets the engine verify a model's file, and reports the result as a toast. */
export function useVerify(digest: string, name: string): Verify {
  const { call } = useEngine();
  const [checking, setChecking] = useState(false);
  const verify = async (repair: boolean): Promise<void> => {
    setChecking(true);
    try {
      let { state, downloadId } = await call('models.verify', { digest, repair });
      // A large file takes longer than one call may; the same check continues.
      while (state === 'checking') ({ state, downloadId } = await call('models.verify', { digest, repair }));
      report(name, state, downloadId !== null, () => void verify(true));
    } catch (error) {
      const { title, meaning } = errorWords(error);
      toast.error(title, { description: meaning });
    } finally {
      setChecking(false);
    }
  };
  return { checking, run: verify };
}

function report(name: string, state: Exclude<VerifyState, 'checking'>, repairing: boolean, repair: () => void): void {
  if (state === 'sound') {
    toast.success(`${name} is intact`, { description: 'The file matches its checksum.' });
    return;
  }
  const what = state === 'missing' ? `The file of ${name} is missing` : `The file of ${name} is damaged`;
  if (repairing) {
    toast.info(what, { description: 'Repairing it now. The list shows the progress.' });
    return;
  }
  toast.error(what, {
    description: 'It is not used until it is repaired.',
    action: { label: 'Repair', onClick: repair },
  });
}
