import { parseCredits } from './credits.ts';
import type { EarningAdvice } from './earningAdvice.ts';

/** The advice as sentences; states nothing that is unknown. */
export function adviceSentence({ basis, rows, best }: EarningAdvice): string {
  const [first] = rows;
  if (first === undefined) return 'Earnings cannot be estimated yet. Run a benchmark first.';
  if (basis === 'quiet') return 'The swarm had no tasks in the last hour, so earnings cannot be estimated.';
  if (basis === 'unknown') {
    const full = `Fully busy, ${first.name} would earn the most: about ${about(first.perBusyHour)} credits an hour.`;
    return `This swarm does not report its demand yet. ${full}`;
  }
  if (best === null) {
    const perHour = about(first.perHour ?? '0');
    return `No model that fits this computer would earn more than ${first.name}: about ${perHour} credits an hour.`;
  }
  const { row, extraPerHour, downloadSeconds, paybackHours } = best;
  const earns = `${row.name} would earn about ${about(row.perHour ?? '0')} credits an hour`;
  const more = `${about(extraPerHour)} more than your installed models.`;
  const download =
    downloadSeconds === null || paybackHours === null
      ? 'The download time is not known yet.'
      : `The download takes about ${duration(downloadSeconds)} and pays for itself after ${hours(paybackHours)}.`;
  return `${earns}, ${more} ${download}${row.measured ? '' : ' The speed is an estimate.'}`;
}

/** Two significant digits: "0.0042", "1.3", "120". */
function about(credits: string): string {
  const value = Number(parseCredits(credits)) / 1e6;
  if (value === 0) return '0';
  return value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(2)));
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} hours`;
}

function hours(value: number): string {
  if (value < 0.1) return 'less than 0.1 hours';
  return `about ${value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en')} hours`;
}
