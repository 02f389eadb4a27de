import { useState } from 'react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { FitLine } from '#renderer/features/models/fit/FitLine.tsx';
import { useLink } from '#renderer/state/engine/EngineContext.tsx';
import { useAction } from '#renderer/state/engine/useAction.ts';
import type { FitVerdict } from '#shared/domain/models/fitVerdict.ts';

/** Reads the header of a remote file (a few megabytes) and shows whether it fits. */
export function InspectButton({ source }: { readonly source: string }) {
  const offline = useLink() !== 'open';
  const inspect = useAction('models.inspect');
  const [verdict, setVerdict] = useState<FitVerdict | null>(null);
  const look = async () => {
    const answer = await inspect.run({ source });
    if (answer !== null) setVerdict(answer.verdict);
  };
  if (verdict !== null) return <FitLine fit={verdict.fit} sentence={verdict.sentence} />;
  return (
    <Button
      look="ghost"
      tight
      disabled={offline || inspect.busy}
      title="Reads the header of the file, a few megabytes"
      onClick={() => void look()}
    >
      {inspect.busy ? 'Checking…' : 'Will it fit?'}
    </Button>
  );
}
