import { measuredText, oneDecimal } from '#renderer/format/numbers.ts';
import { duration } from '#renderer/format/times.ts';
import type { BenchmarkReport } from '#shared/domain/machine/benchmark.ts';
import { compareBenchmarks, type BenchmarkChange } from '#shared/domain/machine/compareBenchmarks.ts';

/** A measured number of the machine. */
export interface MeasuredRow {
  readonly id: string;
  readonly title: string;
  /** Null when it could not be measured; `note` says why. */
  readonly value: string | null;
  readonly note: string;
  /** How far the repetitions lay apart, as text; '' when there is none. */
  readonly spread: string;
  readonly change: string;
}

/** Everything about the machine itself in a report, beside the comparable run before it. */
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

/** "± 2 %": half of how far repetitions lay apart, around their middle. */
export function spreadText(spread: number): string {
  return `± ${((spread * 100) / 2).toFixed(1)} %`;
}

/** "no change", "+12 %", or nothing where there is nothing to compare. */
export function changeText(change: BenchmarkChange | undefined): string {
  if (change === undefined) return '';
  if (change.isNoise) return 'no change';
  const percent = Math.round(change.changePercent);
  return percent > 0 ? `+${String(percent)} %` : `−${String(-percent)} %`;
}

/** What a model's writing speed changed by since the run before. */
export function modelChange(digest: string, report: BenchmarkReport, previous: BenchmarkReport | null): string {
  if (previous === null) return '';
  const changes = compareBenchmarks(previous, report);
  return changeText(changes.find(({ what, model }) => what === 'decode' && model?.digest === digest));
}
