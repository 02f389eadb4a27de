import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DownloadError } from '#engine/models/transfer/DownloadError.ts';
import { FileDownload, type FileDownloadOptions } from '#engine/models/transfer/FileDownload.ts';
import { HubClient } from '#engine/models/transfer/HubClient.ts';
import { RateLimit } from '#engine/models/transfer/RateLimit.ts';
import { systemClock, systemRandom } from '#node/systemClock.ts';
import { FaultyFileServer, randomFile } from '#test/helpers/FaultyFileServer.ts';
import { hastyClock } from '#test/helpers/hastyClock.ts';

const mib = 2 ** 20;
const chunkBytes = 256 * 1024;
const content = randomFile(4 * mib + 12_345);
const digest = sha256(content);
let folder = '';
let server: FaultyFileServer;
let client: HubClient;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'open-swarm-download-'));
  server = await new FaultyFileServer(content).open();
  client = hubClient();
});
afterEach(async () => {
  client.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function hubClient(change: Partial<ConstructorParameters<typeof HubClient>[0]> = {}): HubClient {
  return new HubClient({ clock: systemClock, env: {}, token: () => null, stallMs: 1000, ...change });
}

function download(change: Partial<FileDownloadOptions> = {}): FileDownload {
  return new FileDownload({
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
    ...change,
  });
}

const never = new AbortController().signal;
const arrived = (): Promise<Buffer> => readFile(path.join(folder, 'file.part'));

async function problemOf(run: Promise<unknown>): Promise<string> {
  const error = await run.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof DownloadError ? error.code : `not a problem of a download: ${String(error)}`;
}

/** Runs until some of the file is there, then ends as a pause does. */
async function partly(bytes: number, change: Partial<FileDownloadOptions> = {}): Promise<void> {
  const stop = new AbortController();
  server.faults.paceMs = 1;
  const onProgress = (have: number): void => (have >= bytes ? stop.abort(new Error('paused')) : undefined);
  await expect(download({ onProgress, ...change }).run(stop.signal)).rejects.toThrow('paused');
  server.faults.paceMs = 0;
}

describe('a download', () => {
  test('is the remote file, in parallel parts, each byte once', async () => {
    const phases: string[] = [];
    const done = await download({ onPhase: (phase) => phases.push(phase) }).run(never);
    expect(done).toMatchObject({ digest, bytes: content.length });
    expect(await arrived()).toEqual(content);
    expect(server.sent).toBe(content.length + 16);
    expect(server.requests.length).toBeGreaterThan(4);
    expect(phases).toEqual(['connecting', 'checking', 'downloading', 'checking']);
  });

  test('goes on where it was, and fetches what is there no second time', async () => {
    await partly(2 * mib);
    const before = server.sent;
    await download().run(never);
    expect(await arrived()).toEqual(content);
    // A stop in time loses nothing but what was in the pipe.
    expect(server.sent).toBeLessThan(content.length + 300_000);
    expect(before).toBeGreaterThan(2 * mib - 1);
  });

  test('of an empty or tiny file works too', async () => {
    const tiny = randomFile(40);
    server.replace(tiny);
    await download().run(never);
    expect(await arrived()).toEqual(tiny);
  });

  test('that is complete is only checked', async () => {
    await download().run(never);
    const before = server.sent;
    await download().run(never);
    expect(server.sent - before).toBe(16);
  });

  test('survives broken connections without fetching much twice', async () => {
    server.faults.cut = { times: 6, afterBytes: 100_000 };
    await download().run(never);
    expect(await arrived()).toEqual(content);
    // Pieces in the pipe of a connection that was reset may be lost; whole spans may not.
    expect(server.sent).toBeLessThan(content.length * 1.4);
  });

  test('gives up a connection that fell silent and goes on', async () => {
    server.faults.stall = { times: 3, afterBytes: 50_000 };
    await download().run(never);
    expect(await arrived()).toEqual(content);
  });

  test('waits out a server that is overloaded', async () => {
    server.faults.refuse = { times: 3, status: 503 };
    expect((await download().run(never)).digest).toBe(digest);
  });

  test('ends with a reason when nothing helps, and keeps what it has', async () => {
    await partly(mib);
    server.faults.cut = { times: 1000, afterBytes: 0 };
    expect(await problemOf(download().run(never))).toBe('network');
    server.faults.cut.times = 0;
    const before = server.sent;
    await download().run(never);
    expect(server.sent - before).toBeLessThan(content.length - mib / 2);
  });
});

describe('damage', () => {
  test('on the disk between two sessions costs one chunk', async () => {
    await download().run(never);
    await using handle = await open(path.join(folder, 'file.part'), 'r+');
    await handle.write(Buffer.from('x'), 0, 1, 2 * mib + 5);
    const before = server.sent;
    expect((await download().run(never)).digest).toBe(digest);
    expect(server.sent - before).toBe(chunkBytes + 16);
  });

  test('on the way costs one chunk when the digests of the chunks are known', async () => {
    const { chunks } = await download().run(never);
    await download().discard();
    server.sent = 0;
    server.faults.flip = { times: 1, at: 3 * mib };
    const done = await download({ knownChunks: chunks }).run(never);
    expect(done.digest).toBe(digest);
    expect(server.sent).toBeLessThanOrEqual(content.length + 16 + 3 * chunkBytes);
  });

  test('on the way is found by the digest of the whole, and what lies before it is fetched once more', async () => {
    server.faults.flip = { times: 1, at: mib };
    expect((await download({ sha256: digest }).run(never)).digest).toBe(digest);
    expect(await arrived()).toEqual(content);
    expect(server.sent).toBeLessThan(content.length + mib + 3 * chunkBytes);
  });

  test('that never ends is told, and nothing is left', async () => {
    server.faults.flip = { times: 1e6, at: mib };
    expect(await problemOf(download({ sha256: digest }).run(never))).toBe('digest_mismatch');
    expect(existsSync(path.join(folder, 'file.part'))).toBe(false);
  });

  test('of the journal only costs fetching', async () => {
    await partly(2 * mib);
    await appendFile(path.join(folder, 'file.journal'), '7 0000');
    expect((await download().run(never)).digest).toBe(digest);
  });
});

describe('a remote file that changes', () => {
  const other = randomFile(content.length, 2);

  test('between two sessions is noticed: nothing of the old one remains', async () => {
    await partly(2 * mib);
    server.replace(other);
    expect((await download().run(never)).digest).toBe(sha256(other));
    expect(await arrived()).toEqual(other);
  });

  test('in the middle of a session is noticed', async () => {
    let pieces = 0;
    server.faults.onBody = () => {
      pieces += 1;
      if (pieces === 60) server.replace(other);
    };
    expect((await download().run(never)).digest).toBe(sha256(other));
    expect(await arrived()).toEqual(other);
  });

  test('all the time ends with a reason', async () => {
    let pieces = 0;
    server.faults.onBody = () => {
      pieces += 1;
      if (pieces % 8 === 0) server.replace(pieces % 16 === 0 ? content : other);
    };
    expect(await problemOf(download().run(never))).toBe('remote_changed');
  });

  test('is noticed without any mark of its version, since nothing is taken up then', async () => {
    server.faults.anonymous = true;
    await partly(2 * mib);
    server.replace(other);
    expect((await download().run(never)).digest).toBe(sha256(other));
    expect(await arrived()).toEqual(other);
  });

  test('is refused when a digest pins the former', async () => {
    server.replace(other);
    expect(await problemOf(download({ sha256: digest }).run(never))).toBe('digest_mismatch');
  });
});

describe('a server that lies', () => {
  test('about a greater length is found out', async () => {
    server.faults.claims = content.length + 3 * mib;
    expect(await problemOf(download().run(never))).toBe('length_mismatch');
  });

  test('about a smaller length is found out by the digest', async () => {
    server.faults.claims = 2 * mib;
    expect(await problemOf(download({ sha256: digest }).run(never))).toBe('digest_mismatch');
  });

  test('or has another length than the catalogue is refused before anything is fetched', async () => {
    expect(await problemOf(download({ sizeBytes: content.length + 1 }).run(never))).toBe('length_mismatch');
    expect(server.sent).toBe(16);
  });

  test('or whose hub names another digest is refused before anything is fetched', async () => {
    server.faults.headers = { 'x-linked-etag': `"${'0'.repeat(64)}"` };
    expect(await problemOf(download({ sha256: digest }).run(never))).toBe('digest_mismatch');
    expect(server.sent).toBe(16);
  });

  test('and ignores ranges still gives the file', async () => {
    server.faults.ignoresRanges = true;
    server.faults.cut = { times: 2, afterBytes: mib };
    expect((await download().run(never)).digest).toBe(digest);
    expect(await arrived()).toEqual(content);
  });

  test('and sends a page to sign in is recognised', async () => {
    server.faults.portal = true;
    expect(await problemOf(download().run(never))).toBe('captive_portal');
  });

  test('and sends a page in the middle is recognised, and what is there stays', async () => {
    await partly(2 * mib);
    server.faults.portal = true;
    expect(await problemOf(download().run(never))).toBe('captive_portal');
    server.faults.portal = false;
    const before = server.sent;
    await download().run(never);
    expect(server.sent - before).toBeLessThan(content.length - mib);
  });

  test('or has no such file, or wants a token, is told so', async () => {
    server.faults.refuse = { times: 1, status: 404 };
    expect(await problemOf(download().run(never))).toBe('not_found');
    server.faults.refuse = { times: 1, status: 401 };
    expect(await problemOf(download().run(never))).toBe('access_denied');
  });

  test('or sends something else than a model is told so', async () => {
    server.replace(Buffer.alloc(2 * mib, 7));
    expect(await problemOf(download().run(never))).toBe('not_gguf');
  });
});

describe('redirects', () => {
  test('are followed, and the token stays with its own origin', async () => {
    const storage = await new FaultyFileServer(content).open();
    server.faults.redirect = storage.address;
    client = hubClient({ token: () => ({ origin: server.origin, value: 'secret' }) });
    expect((await download().run(never)).digest).toBe(digest);
    expect(server.requests.every((headers) => headers.authorization === 'Bearer secret')).toBe(true);
    expect(storage.requests.length).toBeGreaterThan(1);
    expect(storage.requests.every((headers) => headers.authorization === undefined)).toBe(true);
    await storage.close();
  });

  test('whose goal runs out are asked for again', async () => {
    const storage = await new FaultyFileServer(content).open();
    server.faults.redirect = storage.address;
    let told = false;
    const onProgress = (bytes: number): void => {
      if (bytes < mib || told) return;
      told = true;
      storage.faults.refuse = { times: 4, status: 403 };
    };
    expect((await download({ onProgress }).run(never)).digest).toBe(digest);
    expect(server.requests.length).toBeGreaterThan(1);
    await storage.close();
  });

  test('in a circle end', async () => {
    server.faults.redirect = server.address;
    expect(await problemOf(download().run(never))).toBe('unsafe_redirect');
  });
});

test('the metadata of a hub pins digest and revision', async () => {
  const revision = 'a'.repeat(40);
  server.faults.headers = { 'x-linked-etag': `"${digest}"`, 'x-repo-commit': revision };
  const done = await download().run(never);
  expect(done.identity).toMatchObject({ sha256: digest, revision, totalBytes: content.length });
});

test('a full disk budget is told before anything is fetched', async () => {
  const makeRoom = () => Promise.reject(new DownloadError('budget_full', 'No room.'));
  expect(await problemOf(download({ makeRoom }).run(never))).toBe('budget_full');
  expect(server.sent).toBe(16);
});

test('the rate limit holds for all connections together', async () => {
  let waited = 0;
  const clock = {
    now: () => 0,
    monotonic: () => 0,
    setTimer: (ms: number, run: () => void) => {
      waited = Math.max(waited, ms);
      return systemClock.setTimer(0, run);
    },
  };
  await download({ limits: [new RateLimit(clock, mib)] }).run(never);
  // The clock stands still, so the last byte waits for the time of the whole file.
  expect(Math.round(waited)).toBe(Math.round((content.length / mib) * 1000));
});

test('a proxy of the environment is used', async () => {
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(request.url ?? '');
    void fetch(server.address, { headers: { range: request.headers.range ?? '' } }).then(async (answer) => {
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      response.end(Buffer.from(await answer.arrayBuffer()));
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as AddressInfo;
  client = hubClient({ env: { HTTP_PROXY: `http://127.0.0.1:${port}` } });
  expect((await download({ address: 'http://models.invalid/model.gguf' }).run(never)).digest).toBe(digest);
  expect(asked.every((url) => url === 'http://models.invalid/model.gguf')).toBe(true);
  proxy.closeAllConnections();
  await new Promise((resolve) => proxy.close(resolve));
});
