import type { BarDatum } from '#renderer/components/charts/BarChart.tsx';
import { creditsForChart, microOf, readableCredits } from '#renderer/format/credits.ts';
import { dayName } from '#renderer/format/times.ts';
import type { EarningsReport } from '#shared/api/history.ts';

/** The days of a report as bars of what was earned, with both sides in the hover text. */
export function dayBars(report: EarningsReport): readonly BarDatum[] {
  return report.days.map(({ day, earned, spent }) => ({
    key: day,
    label: dayName(dayStart(day)),
    text: `${readableCredits(microOf(earned))} earned, ${readableCredits(microOf(spent))} spent`,
    value: creditsForChart(microOf(earned)),
  }));
}

/** `2026-11-20` is a local day; without a time JavaScript would read it as UTC. */
function dayStart(day: string): number {
  const at = new Date(`${day}T00:00:00`).getTime();
  return Number.isNaN(at) ? 0 : at;
}
