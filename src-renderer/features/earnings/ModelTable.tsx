import { Card } from '#renderer/components/Card.tsx';
import { Credits } from '#renderer/components/Credits.tsx';
import { microOf } from '#renderer/format/credits.ts';
import { count } from '#renderer/format/numbers.ts';
import type { EarningsReport } from '#shared/api/history.ts';
import { taskTypes } from '#shared/domain/taskType.ts';

/** What each model and each kind of task brought. */
export function ModelTable({ report }: { readonly report: EarningsReport }) {
  const models = report.models.map(({ name, tasks, credits }) => ({ name, tasks, credits }));
  const types = report.types.map(({ type, tasks, credits }) => ({ name: taskTypes[type].title, tasks, credits }));
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <Card flush aria-label="By model">
        <Rows title="Model" rows={models} />
      </Card>
      {types.length === 0 ? null : (
        <Card flush aria-label="By kind of task">
          <Rows title="Kind of task" rows={types} />
        </Card>
      )}
    </div>
  );
}

interface RowsProps {
  readonly title: string;
  readonly rows: readonly { readonly name: string; readonly tasks: number; readonly credits: string }[];
}

function Rows({ title, rows }: RowsProps) {
  return (
    <table className="w-full text-sm">
      <thead>
        <tr className="h-8 border-b border-line text-xs text-quiet">
          <th className="px-3 text-left font-medium">{title}</th>
          <th className="px-3 text-right font-medium">Tasks</th>
          <th className="px-3 text-right font-medium">Credits</th>
        </tr>
      </thead>
      <tbody>
        {rows.length === 0 ? (
          <tr className="h-9">
            <td colSpan={3} className="px-3 text-quiet">
              No work for others in this period
            </td>
          </tr>
        ) : null}
        {rows.map((row) => (
          <tr key={row.name} className="h-9 border-b border-line last:border-b-0">
            <td className="max-w-0 truncate px-3">{row.name}</td>
            <td className="number w-20 px-3 text-right text-quiet">{count(row.tasks)}</td>
            <td className="w-28 px-3 text-right font-medium">
              <Credits amount={microOf(row.credits)} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
