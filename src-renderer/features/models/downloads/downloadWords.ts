import { bytesText } from '#renderer/format/numbers.ts';
import { roughDuration } from '#renderer/format/times.ts';
import type { Download } from '#shared/api/models.ts';

/** The progress of a download in one line: "43 % · 12.4 MB/s · 3 min left". */
export function downloadLine(download: Download): string {
  const { state, bytes, total, bytesPerSecond, secondsLeft, problem } = download;
  const share = shareOf(download);
  const arrived = share === null ? bytesText(bytes) : `${String(Math.floor(share * 100))} %`;
  switch (state) {
    case 'waiting':
      return problem?.message ?? 'Queued';
    case 'connecting':
      return 'Connecting…';
    case 'downloading': {
      const rate = bytesPerSecond === 0 ? [] : [`${bytesText(bytesPerSecond)}/s`];
      const left = secondsLeft === null ? [] : [`${roughDuration(secondsLeft * 1000)} left`];
      return [arrived, ...rate, ...left].join(' · ');
    }
    case 'checking':
      return share === null ? 'Verifying…' : `Verifying: ${arrived}`;
    case 'paused':
      return total === null ? `Paused. ${arrived} downloaded.` : `Paused at ${arrived} of ${bytesText(total)}`;
    case 'failed':
      return problem?.message ?? 'Download failed.';
  }
}

/** The state of a download in one word. */
export function downloadLabel({ state }: Download): string {
  switch (state) {
    case 'failed':
      return 'Failed';
    case 'paused':
      return 'Paused';
    case 'waiting':
    case 'connecting':
    case 'downloading':
    case 'checking':
      return 'Downloading';
  }
}

/** The downloaded share, 0 to 1; null until the size is known. */
export function shareOf({ bytes, total }: Download): number | null {
  return total === null || total === 0 ? null : Math.min(1, bytes / total);
}
