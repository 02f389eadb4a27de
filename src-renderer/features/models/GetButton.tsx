import { Download as DownloadIcon } from 'lucide-react';
import { Button } from '#renderer/components/Button.tsx';
import { Icon } from '#renderer/components/Icon.tsx';
import { Tag } from '#renderer/components/Tag.tsx';
import type { FileRow } from '#renderer/features/models/catalogueChoice.ts';
import { useLink, useSlice } from '#renderer/state/EngineContext.tsx';
import { useAction } from '#renderer/state/useAction.ts';

/** Downloads a file, or says that it is here or on its way. */
export function GetButton({ row, name }: { readonly row: FileRow; readonly name: string }) {
  const offline = useLink() !== 'open';
  const pull = useAction('models.pull');
  const coming = useSlice('downloads').some(({ catalogueId }) => catalogueId === row.file.id);
  if (row.installed !== null) return <Tag tone="good">Here</Tag>;
  if (coming) return <Tag>On its way</Tag>;
  return (
    <Button
      tight
      disabled={offline || pull.busy}
      aria-label={`Download ${name} ${row.file.quantisation}`}
      onClick={() => void pull.run({ source: row.file.id })}
      icon={<Icon of={DownloadIcon} size={14} />}
    >
      Download
    </Button>
  );
}
