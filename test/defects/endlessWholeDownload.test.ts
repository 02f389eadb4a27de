import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { FileDownload } from '#engine/models/transfer/FileDownload.ts';
import { HubClient } from '#engine/models/transfer/HubClient.ts';
import { systemClock, systemRandom } from '#node/systemClock.ts';
import { FaultyFileServer, randomFile } from '#test/helpers/FaultyFileServer.ts';
import { hastyClock } from '#test/helpers/hastyClock.ts';

// A server without ranges that always breaks off was asked for the whole file again without end: bytes that the next
// attempt starts over counted as progress and reset the number of failures.

test('a file that never arrives in one response is given up', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'open-swarm-endless-'));
  const server = await new FaultyFileServer(randomFile(2 ** 20)).open();
  server.faults.ignoresRanges = true;
  server.faults.cut = { times: 100, afterBytes: 2 ** 19 };
  const client = new HubClient({ clock: systemClock, env: {}, token: () => null, stallMs: 5000 });
  const download = new FileDownload({
    client,
    clock: hastyClock,
    random: systemRandom,
    address: server.address,
    partFile: path.join(folder, 'file.part'),
    journalFile: path.join(folder, 'file.journal'),
    sha256: null,
    sizeBytes: null,
    knownChunks: null,
    connections: 4,
    limits: [],
    makeRoom: async () => {},
    onPhase: () => {},
    onProgress: () => {},
  });
  try {
    await expect(download.run(new AbortController().signal)).rejects.toMatchObject({ name: 'DownloadError' });
    expect(server.requests.length).toBeLessThan(20);
  } finally {
    client.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
});
