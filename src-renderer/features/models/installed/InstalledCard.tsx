import { Box } from 'lucide-react';
import { useMemo } from 'react';
import { Link } from 'wouter';
import { Card } from '#renderer/components/layout/Card.tsx';
import { EmptyState } from '#renderer/components/messages/EmptyState.tsx';
import { DownloadRow } from '#renderer/features/models/downloads/DownloadRow.tsx';
import { InstalledRow } from './InstalledRow.tsx';
import { microOf } from '#renderer/format/credits.ts';
import { bytesText } from '#renderer/format/numbers.ts';
import { useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { useQuery } from '#renderer/state/engine/useQuery.ts';
import type { MicroCredits } from '#shared/domain/money/credits.ts';

/** Installed models and running downloads. */
export function InstalledCard() {
  const models = useSlice('models');
  const downloads = useSlice('downloads');
  const earned = useEarnedByModel();
  return (
    <Card flush aria-label="On this computer">
      <div className="flex items-center justify-between gap-3 border-b border-line px-4 py-[10px]">
        <h2 className="text-sm font-semibold">On this computer</h2>
        <StorageLine />
      </div>
      {models.length + downloads.length === 0 ? (
        <EmptyState
          icon={Box}
          title="No models installed"
          text="This computer needs a model to work for others. Download one that fits from the list below."
        />
      ) : (
        <ul>
          {models.map((model) => (
            <InstalledRow key={model.digest} model={model} earned={earned.get(model.name) ?? 0n} />
          ))}
          {downloads.map((download) => (
            <DownloadRow key={download.downloadId} download={download} />
          ))}
        </ul>
      )}
    </Card>
  );
}

/** Credits earned per model name since joining the swarm. */
function useEarnedByModel(): ReadonlyMap<string, MicroCredits> {
  const { earnedThisWeek } = useSlice('money');
  const report = useQuery('earnings.report', { period: 'all' }, earnedThisWeek).data;
  return useMemo(
    () => new Map((report?.models ?? []).map(({ name, credits }) => [name, microOf(credits)] as const)),
    [report],
  );
}

function StorageLine() {
  const models = useSlice('models');
  const downloads = useSlice('downloads');
  const budget = useSlice('settings')['models.diskBudgetBytes'];
  const changes = `${models.map(({ digest }) => digest).join()} ${String(downloads.length)} ${String(budget)}`;
  const storage = useQuery('models.storage', {}, changes).data;
  if (storage === null) return null;
  const used = bytesText(storage.usedBytes + storage.partialBytes);
  const free = storage.freeBytes === null ? '' : `, ${bytesText(storage.freeBytes)} free`;
  return (
    <Link
      href="/settings/models"
      title="Change the disk space for models"
      className="number rounded-sm text-xs text-quiet hover:text-ink"
    >
      {storage.budgetBytes === null ? `${used} used${free}` : `${used} of ${bytesText(storage.budgetBytes)} used`}
    </Link>
  );
}
