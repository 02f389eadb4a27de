import { Card } from '#renderer/components/layout/Card.tsx';
import { RelativeTime } from '#renderer/components/data/RelativeTime.tsx';
import { measuredText, rateText } from '#renderer/format/numbers.ts';
import { duration } from '#renderer/format/times.ts';
import { useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { useQuery } from '#renderer/state/engine/useQuery.ts';
import type { BenchmarkReport } from '#shared/domain/machine/benchmark.ts';

const shown = 20;

/** Benchmark history, newest first. */
export function HistoryCard() {
  const { last } = useSlice('benchmark');
  const history = useQuery('benchmark.history', { limit: shown }, last?.at);
  const reports = history.data?.reports ?? [];
  if (reports.length < 2) return null;
  return (
    <Card flush title="Benchmark history">
      <div className="overflow-x-auto">
        <table aria-label="Benchmark history" className="number w-full text-sm">
          <thead>
            <tr className="h-8 border-y border-line text-xs text-quiet">
              <th className="px-4 text-left font-medium">When</th>
              <th className="px-4 text-left font-medium">Type</th>
              <th className="px-4 text-right font-medium">Memory</th>
              <th className="px-4 text-right font-medium">Disk write</th>
              <th className="px-4 text-right font-medium">Fastest model</th>
              <th className="px-4 text-right font-medium">Duration</th>
            </tr>
          </thead>
          <tbody>
            {reports.map((report) => (
              <tr key={report.at} className="h-9 border-b border-line last:border-b-0">
                <td className="px-4">
                  <RelativeTime at={report.at} />
                  {report.load.isBusy ? <span className="text-caution-text"> · busy</span> : null}
                </td>
                <td className="px-4 text-quiet">{report.set === 'quick' ? 'Quick' : 'Full'}</td>
                <td className="px-4 text-right">
                  {report.memory.value === null ? '–' : measuredText(report.memory.value.gigabytesPerSecond, 'GB/s')}
                </td>
                <td className="px-4 text-right">
                  {report.disk.value === null ? '–' : measuredText(report.disk.value.writeMBs, 'MB/s')}
                </td>
                <td className="px-4 text-right">{fastest(report)}</td>
                <td className="px-4 text-right text-quiet">{duration(report.tookMs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function fastest({ models }: BenchmarkReport): string {
  const best = Math.max(0, ...models.map(({ decode }) => decode[0]?.tokensPerSecond ?? 0));
  return best === 0 ? '–' : rateText(best);
}
