import { useState } from 'react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { CopyButton } from '#renderer/components/controls/CopyButton.tsx';
import { RelativeTime } from '#renderer/components/data/RelativeTime.tsx';
import { ExportDialog } from './ExportDialog.tsx';
import { ImportDialog } from './ImportDialog.tsx';
import { SettingRow } from '#renderer/features/settings/SettingRow.tsx';
import { SettingSection } from '#renderer/features/settings/SettingSection.tsx';
import { useLink, useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { useIntent } from '#renderer/state/shell/IntentContext.tsx';

/** The account's identity, which owns credits and reputation, and its backup. */
export function IdentitySection() {
  const identity = useSlice('identity');
  const offline = useLink() !== 'open';
  const [open, setOpen] = useState<'none' | 'export' | 'import'>('none');
  const { asked, done } = useIntent('back_up');
  const close = () => {
    setOpen('none');
    done();
  };
  return (
    <SettingSection title="Identity">
      <SettingRow title="Account" text={<span className="mono">{identity.accountId}</span>}>
        <CopyButton text={identity.accountId} label="Copy account ID" />
      </SettingRow>
      <SettingRow title="Node" text={<span className="mono">{identity.nodeId}</span>}>
        <CopyButton text={identity.nodeId} label="Copy node ID" />
      </SettingRow>
      <SettingRow
        title="Backup"
        text={
          identity.backedUpAt === null ? (
            'Not backed up. If the disk fails, your credits are lost.'
          ) : (
            <>
              Exported <RelativeTime at={identity.backedUpAt} />. You need its passphrase to restore it.
            </>
          )
        }
      >
        <Button disabled={offline} onClick={() => setOpen('import')}>
          Import
        </Button>
        <Button disabled={offline} onClick={() => setOpen('export')}>
          Export
        </Button>
      </SettingRow>
      {open === 'export' || asked ? <ExportDialog onClose={close} /> : null}
      {open === 'import' ? <ImportDialog onClose={close} /> : null}
    </SettingSection>
  );
}
