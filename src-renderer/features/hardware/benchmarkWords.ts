import { measuredText, oneDecimal } from '#renderer/format/numbers.ts';
import { duration } from '#renderer/format/times.ts';
import type { BenchmarkReport } from '#shared/domain/machine/benchmark.ts';
import { compareBenchmarks, type BenchmarkChange } from '#shared/domain/machine/compareBenchmarks.ts';

/** A measured figure of the machine. */
export interface MeasuredRow {
  readonly id: string;
  readonly title: string;
  /** Null when not measured; `note` then states the reason. */
  readonly value: string | null;
  readonly note: string;
  /** Spread of the repetitions as text; '' without one. */
  readonly spread: string;
  readonly change: string;
}

/** The machine's figures in a report, compared with the previous run. */
export function measuredRows(report: BenchmarkReport, previous: BenchmarkReport | null): readonly MeasuredRow[] {
  const changes = previous === null ? [] : compareBenchmarks(previous, report);
  const changed = (what: BenchmarkChange['what']) => changeText(changes.find((one) => one.what === what));
  const { memory, disk, link } = report;
  const rows: MeasuredRow[] = [
    memory.value === null
      ? missing('memory', 'Memory', memory.reason)
      : {
          id: 'memory',
          title: 'Memory',
          value: measuredText(memory.value.gigabytesPerSecond, 'GB/s'),
          note: 'Read bandwidth; limits generation speed',
          spread: spreadText(memory.value.spread),
          change: changed('memory'),
        },
  ];
  if (disk.value === null) rows.push(missing('disk', 'Disk', disk.reason));
  else {
    const { writeMBs, readMBs, readFromCache, spread } = disk.value;
    rows.push(
      {
        id: 'disk_write',
        title: 'Disk write',
        value: measuredText(writeMBs, 'MB/s'),
        note: 'Including the sync to disk',
        spread: spreadText(spread),
        change: changed('disk_write'),
      },
      {
        id: 'disk_read',
        title: 'Disk read',
        value: measuredText(readMBs, 'MB/s'),
        note: readFromCache
          ? 'From the system cache; the disk itself could not be measured'
          : 'Limits how fast models load',
        spread: spreadText(spread),
        change: changed('disk_read'),
      },
    );
  }
  if (link.value === null) rows.push(missing('link', 'Coordinator', link.reason));
  else {
    const { roundTripMs, upMbits, downMbits, spread } = link.value;
    const rates =
      upMbits === null || downMbits === null ? [] : [`${oneDecimal(downMbits)} down, ${oneDecimal(upMbits)} up Mbit/s`];
    rows.push({
      id: 'link',
      title: 'Coordinator',
      value: duration(roundTripMs),
      note: ['Round trip', ...rates].join(' · '),
      spread: spreadText(spread),
      change: changed('round_trip'),
    });
  }
  return rows;
}

function missing(id: string, title: string, reason: string | null): MeasuredRow {
  return { id, title, value: null, note: reason ?? '', spread: '', change: '' };
}

/** The spread as a deviation from the middle: "± 2 %". */
export function spreadText(spread: number): string {
  return `± ${((spread * 100) / 2).toFixed(1)} %`;
}

/** "no change", "+12 %", or '' without a comparison. */
export function changeText(change: BenchmarkChange | undefined): string {
  if (change === undefined) return '';
  if (change.isNoise) return 'no change';
  const percent = Math.round(change.changePercent);
  return percent > 0 ? `+${String(percent)} %` : `−${String(-percent)} %`;
}

/** Change of a model's generation speed since the previous run. */
export function modelChange(digest: string, report: BenchmarkReport, previous: BenchmarkReport | null): string {
  if (previous === null) return '';
  const changes = compareBenchmarks(previous, report);
  return changeText(changes.find(({ what, model }) => what === 'decode' && model?.digest === digest));
}
