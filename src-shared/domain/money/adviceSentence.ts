import { parseCredits } from './credits.ts';
import type { EarningAdvice } from './earningAdvice.ts';

/** The advice for people, without more than is known. */
export function adviceSentence({ basis, rows, best }: EarningAdvice): string {
  const [first] = rows;
  if (first === undefined) return 'What models would earn here is not known yet: measure the computer first.';
  if (basis === 'quiet') return 'Nobody asked for anything in the last hour, so nothing tells what would earn most.';
  if (basis === 'unknown') {
    const full = `In an hour full of work it would be ${first.name}, with about ${about(first.perBusyHour)} credits.`;
    return `The swarm does not tell what is wanted, so nothing tells what would earn most. ${full}`;
  }
  if (best === null) {
    const perHour = about(first.perHour ?? '0');
    return `No model that fits would earn more here than ${first.name} does: about ${perHour} credits an hour.`;
  }
  const { row, extraPerHour, downloadSeconds, paybackHours } = best;
  const earns = `${row.name} would earn about ${about(row.perHour ?? '0')} credits an hour here`;
  const more = `${about(extraPerHour)} more than what is installed.`;
  const download =
    downloadSeconds === null || paybackHours === null
      ? 'How long the download takes is not known before the first one.'
      : `The download takes about ${duration(downloadSeconds)} and has paid for itself after ${hours(paybackHours)}.`;
  return `${earns}, ${more} ${download}${row.measured ? '' : ' Its speed is an estimate.'}`;
}

/** Two digits that say something: "0.0042", "1.3", "120". */
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
