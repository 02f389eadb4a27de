import { Download, ListChecks, SearchX } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { Button } from '#renderer/components/Button.tsx';
import { Card } from '#renderer/components/Card.tsx';
import { DataTable } from '#renderer/components/DataTable.tsx';
import { downloadText } from '#renderer/components/downloadText.ts';
import { EmptyState } from '#renderer/components/EmptyState.tsx';
import { ErrorState } from '#renderer/components/ErrorState.tsx';
import { Icon } from '#renderer/components/Icon.tsx';
import { Loading } from '#renderer/components/Loading.tsx';
import { PageHead } from '#renderer/components/PageHead.tsx';
import { useNow } from '#renderer/components/useNow.ts';
import { useSettled } from '#renderer/components/useSettled.ts';
import type { Sorting } from '#renderer/components/sortRows.ts';
import { allTasks, filterInput, type TaskFilters } from '#renderer/features/tasks/taskFilters.ts';
import { TaskFilterBar } from '#renderer/features/tasks/TaskFilterBar.tsx';
import { TaskSheet } from '#renderer/features/tasks/TaskSheet.tsx';
import { taskColumns } from '#renderer/features/tasks/taskColumns.tsx';
import { tasksCsv } from '#renderer/features/tasks/tasksCsv.ts';
import { counted } from '#renderer/format/numbers.ts';
import { startOfDay } from '#renderer/format/times.ts';
import { useSlice } from '#renderer/state/EngineContext.tsx';
import { errorWords } from '#renderer/state/errorWords.ts';
import { useAction } from '#renderer/state/useAction.ts';
import { useQuery } from '#renderer/state/useQuery.ts';
import type { TaskRow } from '#shared/api/history.ts';
import type { TaskRole } from '#shared/api/snapshot.ts';

interface TasksPageProps {
  readonly openTaskId: string | undefined;
  /** A task of a private swarm can stand on both sides; this one is open. */
  readonly side: TaskRole;
}

const shownAtOnce = 5000;

/** Both sides of the work: what ran here for others and what was asked for, with every detail in a sheet. */
export function TasksPage({ openTaskId, side }: TasksPageProps) {
  const [, navigate] = useLocation();
  const [filters, setFilters] = useState<TaskFilters>(allTasks);
  const [sorting, setSorting] = useState<Sorting | undefined>(undefined);
  const today = startOfDay(useNow(60_000));
  const settled = useSettled(filters, 150);
  const input = useMemo(() => ({ ...filterInput(settled, today), limit: shownAtOnce }), [settled, today]);
  const list = useQuery('task.list', input, useSlice('tasks'));
  const close = useCallback(() => navigate('/tasks'), [navigate]);
  const exporting = useExport(input);
  const openKey = openTaskId === undefined ? '' : rowKey({ taskId: openTaskId, role: side });
  const columns = useMemo(() => taskColumns(openTaskId !== undefined), [openTaskId]);

  return (
    <>
      <PageHead
        title="Tasks"
        text="Everything this computer has run for others, and everything you have asked for."
        actions={
          <Button
            disabled={exporting.busy || (list.data?.total ?? 0) === 0}
            onClick={exporting.run}
            icon={<Icon of={Download} />}
          >
            Export CSV
          </Button>
        }
      />
      <TaskFilterBar filters={filters} onChange={setFilters} />
      <section
        className={openTaskId === undefined ? '' : 'grid items-start gap-3 wide:grid-cols-[minmax(0,1fr)_304px]'}
      >
        <Card flush aria-label="Tasks">
          <TaskRows
            rows={list.data?.rows ?? null}
            error={list.error}
            filtered={filters !== allTasks}
            onReload={list.reload}
            onClear={() => setFilters(allTasks)}
            renderTable={(rows) => (
              <DataTable
                label="Tasks"
                columns={columns}
                rows={rows}
                rowKey={rowKey}
                sorting={sorting}
                onSort={setSorting}
                selectedKey={openKey}
                onOpen={(row) => navigate(rowKey(row) === openKey ? '/tasks' : pathOf(row))}
                maxHeight="calc(100vh - 232px)"
              />
            )}
          />
          {list.data !== null && list.data.total > list.data.rows.length ? (
            <p className="number border-t border-line px-3 py-2 text-xs text-quiet">
              The newest {counted(list.data.rows.length, 'task')} of {counted(list.data.total, 'task')}. Narrow the
              period or search to see older ones; the export holds all.
            </p>
          ) : null}
        </Card>
        {openTaskId === undefined ? null : <TaskSheet key={openKey} taskId={openTaskId} role={side} onClose={close} />}
      </section>
    </>
  );
}

/** The same task can stand on both sides in a private swarm. */
function rowKey(row: Pick<TaskRow, 'taskId' | 'role'>): string {
  return `${row.taskId} ${row.role}`;
}

/** Where a task's details are. */
function pathOf({ taskId, role }: Pick<TaskRow, 'taskId' | 'role'>): string {
  return role === 'node' ? `/tasks/${taskId}/node` : `/tasks/${taskId}`;
}

interface TaskRowsProps {
  readonly rows: readonly TaskRow[] | null;
  readonly error: unknown;
  readonly filtered: boolean;
  readonly onReload: () => void;
  readonly onClear: () => void;
  readonly renderTable: (rows: readonly TaskRow[]) => React.ReactNode;
}

function TaskRows({ rows, error, filtered, onReload, onClear, renderTable }: TaskRowsProps) {
  const [, navigate] = useLocation();
  if (error !== null && rows === null) {
    const { title, meaning } = errorWords(error);
    return (
      <div className="p-3">
        <ErrorState title={title} meaning={meaning} action={<Button onClick={onReload}>Try again</Button>} />
      </div>
    );
  }
  if (rows === null) return <Loading text="Reading the task history…" />;
  if (rows.length > 0) return renderTable(rows);
  return filtered ? (
    <EmptyState
      icon={SearchX}
      title="No task fits"
      text="None of the kept tasks fits these filters."
      action={<Button onClick={onClear}>Show all</Button>}
    />
  ) : (
    <EmptyState
      icon={ListChecks}
      title="No tasks yet"
      text="Tasks that run here for others and tasks you submit are kept here, with what they earned or cost."
      action={<Button onClick={() => navigate('/submit')}>Submit a task</Button>}
    />
  );
}

function useExport(input: ReturnType<typeof filterInput>) {
  const { run, busy } = useAction('task.list');
  return {
    busy,
    run: () => {
      void run({ ...input, limit: 100_000 }).then((all) => {
        if (all !== null) downloadText('open-swarm-tasks.csv', 'text/csv', tasksCsv(all.rows));
      });
    },
  };
}
