import { Download as DownloadIcon } from 'lucide-react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { Tag } from '#renderer/components/marks/Tag.tsx';
import { comingWord } from '#renderer/features/models/downloads/downloadWords.ts';
import { useLink, useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { useAction } from '#renderer/state/engine/useAction.ts';

interface GetButtonProps {
  /** Of the file in the catalogue, or its address. */
  readonly id: string;
  /** What the file must be, for one that the catalogue does not name. */
  readonly sha256?: string | null;
  readonly isHere: boolean;
  /** The model and its quantisation. */
  readonly name: string;
}

/** Downloads a file, or says that it is here, on its way, or why it is not. */
export function GetButton({ id, sha256 = null, isHere, name }: GetButtonProps) {
  const offline = useLink() !== 'open';
  const pull = useAction('models.pull');
  const coming = useSlice('downloads').find(({ catalogueId, address }) => catalogueId === id || address === id);
  if (isHere) return <Tag tone="good">Installed</Tag>;
  if (coming !== undefined)
    return <Tag tone={coming.state === 'failed' ? 'danger' : 'plain'}>{comingWord(coming)}</Tag>;
  return (
    <Button
      tight
      disabled={offline || pull.busy}
      aria-label={`Download ${name}`}
      onClick={() => void pull.run({ source: id, ...(sha256 === null ? {} : { sha256 }) })}
      icon={<Icon of={DownloadIcon} size={14} />}
    >
      Download
    </Button>
  );
}
