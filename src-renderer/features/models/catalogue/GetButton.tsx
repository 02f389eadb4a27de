import { Download as DownloadIcon } from 'lucide-react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { Tag } from '#renderer/components/marks/Tag.tsx';
import { downloadLabel } from '#renderer/features/models/downloads/downloadWords.ts';
import { useLink, useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { useAction } from '#renderer/state/engine/useAction.ts';

interface GetButtonProps {
  /** Catalogue ID of the file, or its URL. */
  readonly id: string;
  /** Digest to pin a file outside the catalogue. */
  readonly sha256?: string | null;
  readonly installed: boolean;
  /** The model and its quantisation. */
  readonly name: string;
}

/** Downloads a file, or shows that it is installed, downloading or failed. */
export function GetButton({ id, sha256 = null, installed, name }: GetButtonProps) {
  const offline = useLink() !== 'open';
  const pull = useAction('models.pull');
  const download = useSlice('downloads').find(({ catalogueId, address }) => catalogueId === id || address === id);
  if (installed) return <Tag tone="good">Installed</Tag>;
  if (download !== undefined)
    return <Tag tone={download.state === 'failed' ? 'danger' : 'plain'}>{downloadLabel(download)}</Tag>;
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
