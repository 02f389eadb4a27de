import { Download, ScrollText } from 'lucide-react';
import { useCallback, useState } from 'react';
import { useLocation } from 'wouter';
import { Button } from '#renderer/components/controls/Button.tsx';
import { Card } from '#renderer/components/layout/Card.tsx';
import { DataTable } from '#renderer/components/table/DataTable.tsx';
import { EmptyState } from '#renderer/components/messages/EmptyState.tsx';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { Loading } from '#renderer/components/messages/Loading.tsx';
import type { Sorting } from '#renderer/components/table/columns.ts';
import { useGrowingLimit } from '#renderer/components/table/useGrowingLimit.ts';
import { ledgerColumns } from '#renderer/features/earnings/ledgerColumns.tsx';
import { allEntries, useLedgerExport } from '#renderer/features/earnings/useLedgerExport.ts';
import { QueryProblem } from '#renderer/connected/QueryProblem.tsx';
import { useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { useQuery } from '#renderer/state/engine/useQuery.ts';

/** Entries in the first answer; more are fetched on scrolling, all of them for sorting. */
const firstEntries = 1000;

/** Every entry of the own account with the resulting balance, newest first. Nothing is rounded. */
export function Ledger() {
  const money = useSlice('money');
  const [, navigate] = useLocation();
  const [sorting, setSorting] = useState<Sorting | undefined>(undefined);
  const { limit, grow, takeAll } = useGrowingLimit(firstEntries, allEntries);
  const list = useQuery('ledger.list', { limit }, money);
  const { data } = list;
  const exporting = useLedgerExport();
  const more = (data?.total ?? 0) > (data?.rows.length ?? 0);
  const fetchMore = useCallback(() => {
    if (more) grow();
  }, [more, grow]);
  return (
    <Card flush aria-label="Ledger">
      <div className="flex h-8 items-center justify-between border-b border-line pr-1 pl-3">
        <h2 className="text-xs font-medium text-quiet">Ledger</h2>
        <Button
          look="ghost"
          tight
          aria-label="Export ledger as CSV"
          title="Export ledger as CSV"
          disabled={exporting.busy || (data?.total ?? 0) === 0}
          onClick={() => void exporting.save()}
          icon={<Icon of={Download} size={14} />}
        />
      </div>
      {data === null ? (
        <div className="p-3">
          <QueryProblem query={list} waiting={<Loading text="Loading the ledger…" />} />
        </div>
      ) : data.rows.length === 0 ? (
        <EmptyState icon={ScrollText} title="No entries yet" text="Credits you receive or spend are listed here." />
      ) : (
        <DataTable
          label="Ledger"
          mono
          columns={ledgerColumns}
          rows={data.rows}
          rowKey={(row) => String(row.entryId)}
          sorting={sorting}
          onSort={(next) => {
            setSorting(next);
            takeAll();
          }}
          onEnd={fetchMore}
          onOpen={(row) => {
            if (row.taskId !== null) navigate(`/tasks/${row.taskId}`);
          }}
          maxHeight="400px"
        />
      )}
    </Card>
  );
}
