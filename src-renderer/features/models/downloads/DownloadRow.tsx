import { Pause, Play, RotateCcw, X } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { Dialog } from '#renderer/components/layout/Dialog.tsx';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { Progress } from '#renderer/components/data/Progress.tsx';
import { downloadLine, shareOf } from './downloadWords.ts';
import { ModelRow } from '#renderer/features/models/ModelRow.tsx';
import { TokenDialog } from './TokenDialog.tsx';
import { bytesText } from '#renderer/format/numbers.ts';
import { useLink } from '#renderer/state/engine/EngineContext.tsx';
import { useAction } from '#renderer/state/engine/useAction.ts';
import type { Download } from '#shared/api/models.ts';

/** A model being downloaded or copied. */
export function DownloadRow({ download }: { readonly download: Download }) {
  const share = shareOf(download);
  const failed = download.state === 'failed';
  return (
    <ModelRow
      name={download.name}
      facts={[download.total === null ? 'unknown size' : bytesText(download.total)]}
      purpose={sourceText(download.address)}
    >
      <div className="min-w-0">
        {share === null || failed ? null : <Progress label={`${download.name}: download progress`} value={share} />}
        <output className={`number mt-1 block text-xs ${failed ? 'text-danger-text' : 'text-quiet'}`}>
          {downloadLine(download)}
        </output>
      </div>
      <DownloadActions download={download} />
    </ModelRow>
  );
}

function sourceText(address: string): string {
  try {
    const { host, pathname } = new URL(address);
    return host === '' ? `Copied from ${decodeURIComponent(pathname)}` : `From ${host}`;
  } catch {
    return address === '' ? '' : `From ${address}`;
  }
}

function DownloadActions({ download }: { readonly download: Download }) {
  const { downloadId, state, problem, name } = download;
  const offline = useLink() !== 'open';
  const pause = useAction('downloads.pause');
  const resume = useAction('downloads.resume');
  const [dialog, setDialog] = useState<'none' | 'cancel' | 'token'>('none');
  const busy = pause.busy || resume.busy || offline;
  const denied = problem?.code === 'access_denied';
  const retry = () => void resume.run({ downloadId });
  return (
    <div className="flex items-center justify-end gap-1">
      {state === 'failed' && denied ? (
        <Button tight disabled={offline} onClick={() => setDialog('token')}>
          Access token
        </Button>
      ) : null}
      {state === 'failed' ? (
        <Button
          tight
          disabled={busy}
          aria-label={`Retry the download of ${name}`}
          title="Try again"
          onClick={retry}
          icon={<Icon of={RotateCcw} size={14} />}
        >
          {denied ? undefined : 'Try again'}
        </Button>
      ) : null}
      {state === 'paused' ? (
        <Button tight disabled={busy} onClick={retry} icon={<Icon of={Play} size={14} />}>
          Resume
        </Button>
      ) : null}
      {state === 'downloading' || state === 'connecting' || state === 'waiting' ? (
        <Button
          tight
          disabled={busy}
          onClick={() => void pause.run({ downloadId })}
          icon={<Icon of={Pause} size={14} />}
        >
          Pause
        </Button>
      ) : null}
      <Button
        look="ghost"
        tight
        disabled={offline}
        aria-label={`Cancel the download of ${name}`}
        title="Cancel"
        onClick={() => setDialog('cancel')}
        icon={<Icon of={X} />}
      />
      {dialog === 'cancel' ? <CancelDialog download={download} onClose={() => setDialog('none')} /> : null}
      {dialog === 'token' ? <TokenDialog onClose={() => setDialog('none')} onSet={retry} /> : null}
    </div>
  );
}

function CancelDialog({ download, onClose }: { readonly download: Download; readonly onClose: () => void }) {
  const cancel = useAction('downloads.cancel');
  const go = async () => {
    if ((await cancel.run({ downloadId: download.downloadId })) !== null) onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Cancel the download of ${download.name}?`}
      description={
        download.bytes === 0
          ? 'Nothing has been downloaded yet.'
          : `The ${bytesText(download.bytes)} downloaded so far will be deleted. Pause instead to keep them.`
      }
      actions={
        <>
          <Button onClick={onClose}>Keep download</Button>
          <Button look="danger" disabled={cancel.busy} onClick={() => void go()}>
            Cancel download
          </Button>
        </>
      }
    >
      {null}
    </Dialog>
  );
}
