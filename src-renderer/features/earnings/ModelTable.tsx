import { Card } from '#renderer/components/layout/Card.tsx';
import { Credits } from '#renderer/components/data/Credits.tsx';
import { creditsPerHour, microOf } from '#renderer/format/credits.ts';
import { count } from '#renderer/format/numbers.ts';
import type { EarningsReport } from '#shared/api/history.ts';
import { taskTypes } from '#shared/domain/tasks/taskType.ts';

/** Earnings by model and by task type. */
export function ModelTable({ report }: { readonly report: EarningsReport }) {
  const types = report.types.map(({ type, ...sums }) => ({ name: taskTypes[type].title, ...sums }));
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <Card flush aria-label="By model">
        <Rows title="Model" rows={report.models} />
      </Card>
      {types.length === 0 ? null : (
        <Card flush aria-label="By task type">
          <Rows title="Task type" rows={types} />
        </Card>
      )}
    </div>
  );
}

interface RowsProps {
  readonly title: string;
  readonly rows: EarningsReport['models'];
}

function Rows({ title, rows }: RowsProps) {
  return (
    <table className="w-full text-sm">
      <thead>
        <tr className="h-8 border-b border-line text-xs text-quiet">
          <th className="px-3 text-left font-medium">{title}</th>
          <th className="px-3 text-right font-medium">Tasks</th>
          <th className="px-3 text-right font-medium">Credits</th>
          <th className="px-3 text-right font-medium whitespace-nowrap">Per hour</th>
        </tr>
      </thead>
      <tbody>
        {rows.length === 0 ? (
          <tr className="h-9">
            <td colSpan={4} className="px-3 text-quiet">
              No work for others in this period
            </td>
          </tr>
        ) : null}
        {rows.map((row) => (
          <Row key={row.name} row={row} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ row: { name, tasks, credits, workedMs } }: { readonly row: RowsProps['rows'][number] }) {
  const earned = microOf(credits);
  const hourly = creditsPerHour(earned, workedMs);
  return (
    <tr className="h-9 border-b border-line last:border-b-0">
      <td className="max-w-0 truncate pl-3" title={name}>
        {name}
      </td>
      <td className="number w-16 px-3 text-right text-quiet">{count(tasks)}</td>
      <td className="w-20 px-3 text-right font-medium">
        <Credits amount={earned} />
      </td>
      <td className="w-20 px-3 text-right whitespace-nowrap text-quiet">
        {hourly === null ? '–' : <Credits amount={hourly} />}
      </td>
    </tr>
  );
}
