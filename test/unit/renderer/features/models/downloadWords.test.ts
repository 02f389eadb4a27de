import { expect, test } from 'vitest';
import { downloadLabel, downloadLine, shareOf } from '#renderer/features/models/downloads/downloadWords.ts';
import type { Download } from '#shared/api/models.ts';

const download: Download = {
  downloadId: '0'.repeat(26),
  name: 'M',
  catalogueId: null,
  address: 'https://hub.example/m.gguf',
  state: 'downloading',
  bytes: 2_021_000_000,
  total: 4_700_000_000,
  bytesPerSecond: 12_400_000,
  secondsLeft: 180,
  problem: null,
};

test('shows rate and remaining time', () => {
  expect(downloadLine(download)).toBe('43 % · 12.4 MB/s · 3 min left');
});

test('shows bytes while the size is unknown', () => {
  const line = downloadLine({ ...download, total: null, secondsLeft: null, bytesPerSecond: 0 });
  expect(line).toBe('2.0 GB');
  expect(shareOf({ ...download, total: null })).toBeNull();
});

test('states why it waits or failed', () => {
  const problem = { code: 'network', message: 'The hub does not answer.' };
  expect(downloadLine({ ...download, state: 'failed', problem })).toBe('The hub does not answer.');
  expect(downloadLine({ ...download, state: 'waiting' })).toBe('Queued');
  expect(downloadLine({ ...download, state: 'paused' })).toBe('Paused at 43 % of 4.7 GB');
});

test('labels stopped downloads', () => {
  const words = (['connecting', 'paused', 'failed'] as const).map((state) => downloadLabel({ ...download, state }));
  expect(words).toEqual(['Downloading', 'Paused', 'Failed']);
});
