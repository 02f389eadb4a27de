import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DownloadQueue, type DownloadQueueOptions } from '#engine/models/downloads/DownloadQueue.ts';
import type { RunHooks } from '#engine/models/downloads/RunningDownload.ts';
import { DownloadFolder } from '#engine/models/downloads/DownloadFolder.ts';
import { downloadIdOf, type DownloadRecord } from '#engine/models/downloads/DownloadRecord.ts';
import { systemClock } from '#node/systemClock.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'open-swarm-queue-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const record = (name: string): DownloadRecord => ({
  version: 1,
  downloadId: downloadIdOf(name),
  from: { kind: 'web', address: `https://hub.invalid/${name}.gguf` },
  name,
  fileName: name,
  catalogueId: null,
  sha256: null,
  sizeBytes: null,
  bytesPerSecond: null,
  wish: 'run',
  problem: null,
  addedAt: 0,
});

const untilStopped = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));

function queueOf(run: DownloadQueueOptions['run']): DownloadQueue {
  const files = new DownloadFolder(folder);
  return new DownloadQueue({
    folder: files,
    clock: systemClock,
    logger: silentLogger,
    run,
    held: () => null,
    onChange: () => {},
  });
}

test('a download that cannot be told leaves the others in the list', async () => {
  const hooks = new Map<string, RunHooks>();
  const queue = queueOf((one, given, signal) => {
    hooks.set(one.name, given);
    return untilStopped(signal);
  });
  queue.start();
  await queue.add(record('good'));
  await queue.add(record('bad'));
  hooks.get('good')?.onProgress(10, 100);
  hooks.get('bad')?.onProgress(-1, 100);
  expect(queue.list()).toMatchObject([{ name: 'good', bytes: 10, total: 100 }]);
  hooks.get('bad')?.onProgress(20, 100);
  expect(queue.list()).toMatchObject([{ name: 'good' }, { name: 'bad', bytes: 20 }]);
  await queue.close();
});
