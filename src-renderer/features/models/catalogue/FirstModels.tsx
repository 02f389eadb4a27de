import { Box, CircleCheck, Download as DownloadIcon, WifiOff } from 'lucide-react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { Card } from '#renderer/components/layout/Card.tsx';
import { Choices } from '#renderer/components/controls/Choices.tsx';
import { Loading } from '#renderer/components/messages/Loading.tsx';
import { Notice } from '#renderer/components/messages/Notice.tsx';
import { Progress } from '#renderer/components/data/Progress.tsx';
import { downloadLine, shareOf } from '#renderer/features/models/downloads/downloadWords.ts';
import { FitLine } from '#renderer/features/models/fit/FitLine.tsx';
import { suggestModels, type SuggestedModel } from './suggestModels.ts';
import { QueryProblem } from '#renderer/connected/QueryProblem.tsx';
import { bytesText } from '#renderer/format/numbers.ts';
import { useLink, useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { useAction } from '#renderer/state/engine/useAction.ts';
import { useAdvice } from '#renderer/state/useAdvice.ts';
import { useOnline } from '#renderer/components/hooks/useOnline.ts';
import { useQuery } from '#renderer/state/engine/useQuery.ts';
import type { CommandOutput } from '#shared/api/commands.ts';
import type { Download } from '#shared/api/models.ts';

/** The choice of no further model. */
export const noFurtherModel = '';

interface FirstModelsProps {
  /** ID of the chosen file, or `noFurtherModel`. */
  readonly value: string;
  readonly onChange: (id: string) => void;
}

/** The installed model, running downloads, and a few models that fit this computer best. */
export function FirstModels({ value, onChange }: FirstModelsProps) {
  const [here] = useSlice('models');
  const downloads = useSlice('downloads');
  const catalogue = useQuery('models.catalogue', {}, here?.digest);
  const storage = useQuery('models.storage', {}, downloads.length);
  const advice = useAdvice();
  if (catalogue.data === null) {
    return <QueryProblem query={catalogue} waiting={<Loading text="Checking what fits this computer…" />} />;
  }
  const roomBytes = roomOf(storage.data);
  const downloading = new Set(downloads.map(({ catalogueId }) => catalogueId));
  const suggested = suggestModels({ families: catalogue.data.families, advice, roomBytes }).filter(
    ({ row }) => !downloading.has(row.file.id),
  );
  return (
    <div className="flex flex-col gap-2">
      <Choices
        label="Choose a model"
        value={value}
        onChange={onChange}
        choices={[
          here === undefined
            ? {
                value: noFurtherModel,
                title: 'None for now',
                text: 'You can choose one later on the Models page.',
                icon: Box,
              }
            : {
                value: noFurtherModel,
                title: here.name,
                text: `Already installed. ${here.purpose}`,
                aside: bytesText(here.sizeBytes),
                icon: CircleCheck,
              },
          ...suggested.map(choiceOf),
        ]}
      />
      {downloads.map((download) => (
        <DownloadCard key={download.downloadId} download={download} />
      ))}
      <Remark suggested={suggested.length + downloads.length} roomBytes={roomBytes} />
    </div>
  );
}

function choiceOf({ family, row: { file, verdict } }: SuggestedModel) {
  return {
    value: file.id,
    title: family.name,
    text: family.purpose,
    aside: `${bytesText(file.sizeBytes ?? 0)} · ${file.quantisation}`,
    icon: DownloadIcon,
    more: <FitLine fit={verdict.fit} sentence={verdict.sentence} />,
  };
}

/** Bytes that the disk and the owner's limit leave for a download. */
function roomOf(storage: CommandOutput<'models.storage'> | null): number | null {
  if (storage === null || storage.freeBytes === null) return null;
  const { freeBytes, budgetBytes, usedBytes } = storage;
  return budgetBytes === null ? freeBytes : Math.min(freeBytes, Math.max(0, budgetBytes - usedBytes));
}

/** A download in the background, or a failed one with its retry button. */
function DownloadCard({ download }: { readonly download: Download }) {
  const offline = useLink() !== 'open';
  const resume = useAction('downloads.resume');
  const share = shareOf(download);
  const failed = download.state === 'failed';
  return (
    <Card aria-label={`${download.name}, downloading`} className="flex items-center gap-3">
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{download.name}</p>
        <output className={`number block text-xs ${failed ? 'text-caution-text' : 'text-quiet'}`}>
          {downloadLine(download)}
        </output>
        {share === null || failed ? null : (
          <div className="mt-1">
            <Progress label={`${download.name}: download progress`} value={share} />
          </div>
        )}
      </div>
      {failed ? (
        <Button
          tight
          disabled={offline || resume.busy}
          onClick={() => void resume.run({ downloadId: download.downloadId })}
        >
          Try again
        </Button>
      ) : null}
    </Card>
  );
}

interface RemarkProps {
  readonly suggested: number;
  readonly roomBytes: number | null;
}

function Remark({ suggested, roomBytes }: RemarkProps) {
  const online = useOnline();
  const room = roomBytes === null ? '' : ` ${bytesText(roomBytes)} of disk space available.`;
  return (
    <div className="mt-2">
      {online ? null : (
        <Notice tone="caution" icon={WifiOff}>
          This computer is offline. Continue without a download; you can get models later on the Models page.
        </Notice>
      )}
      {online ? (
        <Notice>
          {suggested === 0
            ? `No other known model fits this computer.${room}`
            : `Downloads continue in the background.${room}`}
        </Notice>
      ) : null}
    </div>
  );
}
