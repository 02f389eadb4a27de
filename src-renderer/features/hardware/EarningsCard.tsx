import { Card } from '#renderer/components/layout/Card.tsx';
import { Credits } from '#renderer/components/data/Credits.tsx';
import { microOf } from '#renderer/format/credits.ts';
import { rateText } from '#renderer/format/numbers.ts';
import { useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { useQuery } from '#renderer/state/engine/useQuery.ts';

/** Estimated earnings of each measured model. */
export function EarningsCard() {
  const { last } = useSlice('benchmark');
  const earnings = useQuery('benchmark.earnings', {}, last?.at);
  const rows = earnings.data?.rows ?? [];
  if (rows.length === 0) return null;
  return (
    <Card
      flush
      title="Estimated earnings"
      aside={<span className="text-xs text-quiet">At today’s prices and your level. Actual earnings vary.</span>}
    >
      <div className="overflow-x-auto">
        <table aria-label="Estimated earnings by model" className="number w-full text-sm">
          <thead>
            <tr className="h-8 border-y border-line text-xs text-quiet">
              <th className="px-4 text-left font-medium">Model</th>
              <th className="px-4 text-right font-medium">Total speed</th>
              <th className="px-4 text-right font-medium">Credits per busy hour</th>
              <th className="px-4 text-right font-medium">Credits per day at last week’s load</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.digest} className="h-9 border-b border-line last:border-b-0">
                <td className="px-4">{row.name}</td>
                <td className="px-4 text-right text-quiet">{rateText(row.tokensPerSecond)}</td>
                <td className="px-4 text-right font-medium">
                  <Credits amount={microOf(row.perBusyHour)} />
                </td>
                <td className="px-4 text-right">
                  {row.perDayAsNow === null ? (
                    <span className="text-quiet">no history yet</span>
                  ) : (
                    <Credits amount={microOf(row.perDayAsNow)} />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
