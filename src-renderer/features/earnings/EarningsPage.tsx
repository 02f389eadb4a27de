import { BadgeCheck, Wallet } from 'lucide-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { Button } from '#renderer/components/controls/Button.tsx';
import { BarChart, type BarDatum } from '#renderer/components/charts/BarChart.tsx';
import { Card } from '#renderer/components/layout/Card.tsx';
import { EmptyState } from '#renderer/components/messages/EmptyState.tsx';
import { ErrorState } from '#renderer/components/messages/ErrorState.tsx';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { Loading } from '#renderer/components/messages/Loading.tsx';
import { Notice } from '#renderer/components/messages/Notice.tsx';
import { PageHead } from '#renderer/components/layout/PageHead.tsx';
import { Segments, type Segment } from '#renderer/components/controls/Segments.tsx';
import { Figures } from '#renderer/features/earnings/Figures.tsx';
import { Ledger } from '#renderer/features/earnings/Ledger.tsx';
import { ModelTable } from '#renderer/features/earnings/ModelTable.tsx';
import { creditsForChart, exactCredits, microOf, readableCredits } from '#renderer/format/credits.ts';
import { dayName } from '#renderer/format/times.ts';
import { useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { errorWords } from '#renderer/state/engine/errorWords.ts';
import { useQuery } from '#renderer/state/engine/useQuery.ts';
import type { EarningsReport, Period } from '#shared/api/history.ts';

const periods: readonly Segment<Period>[] = [
  { value: 'day', label: 'Day' },
  { value: 'week', label: 'Week' },
  { value: 'month', label: 'Month' },
  { value: 'all', label: 'All' },
];

/** Credits earned and spent, to the last micro-credit. */
export function EarningsPage() {
  const [period, setPeriod] = useState<Period>('month');
  const money = useSlice('money');
  const report = useQuery('earnings.report', { period }, money);
  const nothing = report.data !== null && microOf(report.data.earned) === 0n && microOf(report.data.spent) === 0n;
  return (
    <>
      <PageHead
        title="Earnings"
        text="Credits earned by this computer and spent on your tasks."
        actions={<Segments label="Period" value={period} segments={periods} onChange={setPeriod} />}
      />
      {report.data === null && report.error !== null ? (
        <ErrorState
          title={errorWords(report.error).title}
          meaning={errorWords(report.error).meaning}
          action={<Button onClick={report.reload}>Try again</Button>}
        />
      ) : null}
      {report.data === null ? (
        report.error === null && <Loading text="Loading your earnings…" />
      ) : (
        <>
          <Figures report={report.data} />
          <Card title="By day">
            {nothing ? <NothingYet /> : <BarChart label="Credits earned by day" bars={dayBars(report.data)} />}
          </Card>
          <section className="grid grid-cols-[minmax(0,5fr)_minmax(0,7fr)] items-start gap-3 max-wide:grid-cols-1">
            <ModelTable report={report.data} />
            <Ledger />
          </section>
        </>
      )}
      <Agreement />
    </>
  );
}

/** Credits earned on each day of a report; earned and spent in the hover text. */
function dayBars(report: EarningsReport): readonly BarDatum[] {
  return report.days.map(({ day, earned, spent }) => ({
    key: day,
    label: dayName(dayStart(day)),
    text: `${readableCredits(microOf(earned))} earned, ${readableCredits(microOf(spent))} spent`,
    value: creditsForChart(microOf(earned)),
  }));
}

/** The start of a local day such as `2026-11-20`; without a time JavaScript would parse it as UTC. */
function dayStart(day: string): number {
  const at = new Date(`${day}T00:00:00`).getTime();
  return Number.isNaN(at) ? 0 : at;
}

function NothingYet() {
  const [, navigate] = useLocation();
  return (
    <EmptyState
      icon={Wallet}
      title="No credits in this period"
      text="You earn credits when this computer completes tasks for others, and spend them on your own tasks."
      action={<Button onClick={() => navigate('/')}>Go to Overview</Button>}
    />
  );
}

/** Own records compared with the coordinator's: unobtrusive when equal, exact when different. */
function Agreement() {
  const { agreement } = useSlice('money');
  if (agreement === null) return null;
  return agreement.agrees ? (
    <p className="flex items-center gap-2 text-xs text-quiet">
      <Icon of={BadgeCheck} size={14} />
      Your records match the coordinator’s to the last micro-credit.
    </p>
  ) : (
    <Notice tone="danger">
      Your records and the coordinator’s differ by {exactCredits(microOf(agreement.difference), true)} credits. Export
      diagnostics in Settings and contact the operator of this swarm.
    </Notice>
  );
}
