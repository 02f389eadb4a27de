import { Download, ListChecks, SearchX } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { Button } from '#renderer/components/controls/Button.tsx';
import { Card } from '#renderer/components/layout/Card.tsx';
import { DataTable } from '#renderer/components/table/DataTable.tsx';
import { EmptyState } from '#renderer/components/messages/EmptyState.tsx';
import { ErrorState } from '#renderer/components/messages/ErrorState.tsx';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { Loading } from '#renderer/components/messages/Loading.tsx';
import { PageHead } from '#renderer/components/layout/PageHead.tsx';
import { useGrowingLimit } from '#renderer/components/table/useGrowingLimit.ts';
import { useMediaQuery } from '#renderer/components/hooks/useMediaQuery.ts';
import { useNow } from '#renderer/components/hooks/useNow.ts';
import { useDebounced } from '#renderer/components/hooks/useDebounced.ts';
import type { Sorting } from '#renderer/components/table/columns.ts';
import { allTasks, filterInput, type TaskFilters } from '#renderer/features/tasks/taskFilters.ts';
import { TaskFilterBar } from '#renderer/features/tasks/TaskFilterBar.tsx';
import { TaskSheet } from '#renderer/features/tasks/TaskSheet.tsx';
import { taskColumns, type TableSpace } from '#renderer/features/tasks/taskColumns.tsx';
import { allRows, useTaskExport } from '#renderer/features/tasks/useTaskExport.ts';
import { startOfDay } from '#renderer/format/times.ts';
import { useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { errorWords } from '#renderer/state/engine/errorWords.ts';
import { useTaskChanges } from '#renderer/state/answers/useTaskChanges.ts';
import { useQuery } from '#renderer/state/engine/useQuery.ts';
import type { TaskRow } from '#shared/api/history.ts';
import type { TaskRole } from '#shared/api/snapshot.ts';

interface TasksPageProps {
  readonly openTaskId: string | undefined;
  /** In a private swarm a task can exist on both sides; by default the requester's side is shown. */
  readonly side: TaskRole | undefined;
}

/** Rows in the first answer; more are fetched on scrolling, all of them for sorting. */
const firstRows = 500;

/** All tasks, own and for others, with details in a side sheet. */
export function TasksPage({ openTaskId, side }: TasksPageProps) {
  const [, navigate] = useLocation();
  const [filters, setFilters] = useState<TaskFilters>(allTasks);
  const [sorting, setSorting] = useState<Sorting | undefined>(undefined);
  const today = startOfDay(useNow(60_000));
  const debounced = useDebounced(filters, 150);
  const { limit, grow, takeAll } = useGrowingLimit(firstRows, allRows);
  const input = useMemo(() => ({ ...filterInput(debounced, today), limit }), [debounced, today, limit]);
  const list = useQuery('task.list', input, useTaskChanges());
  const more = (list.data?.total ?? 0) > (list.data?.rows.length ?? 0);
  const fetchMore = useCallback(() => {
    if (more) grow();
  }, [more, grow]);
  const rows = useLiveTokens(list.data?.rows ?? null);
  const close = useCallback(() => navigate('/tasks'), [navigate]);
  const exporting = useTaskExport();
  const open = rows?.find((row) => row.taskId === openTaskId && (side === undefined || row.role === side));
  const openKey = open === undefined ? '' : rowKey(open);
  const space = useTableSpace(openTaskId !== undefined);
  const columns = useMemo(() => taskColumns(space, today), [space, today]);

  return (
    <>
      <PageHead
        title="Tasks"
        text="Everything this computer has run for others, and everything you have asked for."
        actions={
          <Button
            disabled={exporting.busy || (list.data?.total ?? 0) === 0}
            onClick={() => void exporting.save(input)}
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
            rows={rows}
            error={list.error}
            filtered={filters !== allTasks}
            onReload={list.reload}
            onClear={() => setFilters(allTasks)}
            renderTable={(shown) => (
              <DataTable
                label="Tasks"
                columns={columns}
                dense={space !== 'wide'}
                rows={shown}
                rowKey={rowKey}
                sorting={sorting}
                onSort={(next) => {
                  setSorting(next);
                  takeAll();
                }}
                onEnd={fetchMore}
                selectedKey={openKey}
                onOpen={(row) => navigate(rowKey(row) === openKey ? '/tasks' : pathOf(row))}
                maxHeight="calc(100vh - 232px)"
              />
            )}
          />
        </Card>
        {openTaskId === undefined ? null : (
          <TaskSheet key={`${openTaskId} ${side ?? ''}`} taskId={openTaskId} role={side} onClose={close} />
        )}
      </section>
    </>
  );
}

/** The rows, with the current token counts of running tasks. */
function useLiveTokens(rows: readonly TaskRow[] | null): readonly TaskRow[] | null {
  const running = useSlice('tasks');
  return useMemo(
    () =>
      rows?.map((row) => {
        if (row.finishedAt !== null) return row;
        const live = running.find((task) => task.taskId === row.taskId && task.role === row.role);
        return live === undefined ? row : { ...row, outputTokens: live.outputTokens };
      }) ?? null,
    [rows, running],
  );
}

/** In a private swarm a task can exist on both sides, and several times if it was resumed here. */
function rowKey(row: Pick<TaskRow, 'taskId' | 'role' | 'createdAt'>): string {
  return `${row.taskId} ${row.role} ${String(row.createdAt)}`;
}

/** Route of a task's details. */
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
  if (rows === null) return <Loading text="Loading tasks…" />;
  if (rows.length > 0) return renderTable(rows);
  return filtered ? (
    <EmptyState
      icon={SearchX}
      title="No matching tasks"
      text="No tasks match these filters."
      action={<Button onClick={onClear}>Clear filters</Button>}
    />
  ) : (
    <EmptyState
      icon={ListChecks}
      title="No tasks yet"
      text="Tasks you submit and tasks run here for others appear here, with what they cost or earned."
      action={<Button onClick={() => navigate('/submit')}>Submit a task</Button>}
    />
  );
}

/** The space left for the table; from 1100 px on, an open sheet takes 316 px beside it. */
function useTableSpace(sheetOpen: boolean): TableSpace {
  const phone = useMediaQuery('(max-width: 559px)');
  const small = useMediaQuery('(max-width: 759px)');
  const sheetOver = useMediaQuery('(max-width: 1099px)');
  const tightBeside = useMediaQuery('(max-width: 1239px)');
  if (phone) return 'phone';
  if (small || (sheetOpen && tightBeside && !sheetOver)) return 'scarce';
  return sheetOver || sheetOpen ? 'narrow' : 'wide';
}
