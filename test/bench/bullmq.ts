import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { Queue, Worker } from 'bullmq';

/** How many steps one lifecycle has, so that both sides do the same durable work. */
export interface PeerLoad {
  readonly seconds: number;
  readonly chunks: number;
  /** Lifecycles under way at once. */
  readonly inFlight: number;
}

/** Why there is no peer, or its lifecycles a second. */
export type PeerResult = { readonly missing: string } | { readonly perSecond: number };

/**
 * BullMQ doing the same lifecycle: add, take, report each chunk, complete; each a Lua script that Redis appends to its
 * log with an fsync before it answers.
 */
export async function benchBullmq(workFolder: string, load: PeerLoad): Promise<PeerResult> {
  if (spawnSync('redis-server', ['--version']).status !== 0) {
    return { missing: 'redis-server is not installed; on Debian: apt-get install redis-server' };
  }
  mkdirSync(workFolder, { recursive: true });
  const folder = mkdtempSync(path.join(workFolder, 'redis-'));
  const port = await freePort();
  const redis = spawn(
    'redis-server',
    [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      folder,
      '--appendonly',
      'yes',
      '--appendfsync',
      'always',
      '--save',
      '',
    ],
    { stdio: 'ignore' },
  );
  try {
    await listening(port);
    return { perSecond: await lifecycles(port, load) };
  } finally {
    await stop(redis);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function lifecycles(port: number, load: PeerLoad): Promise<number> {
  const connection = { host: '127.0.0.1', port, maxRetriesPerRequest: null };
  const queue = new Queue('bench', { connection });
  const waiting = new Map<string, () => void>();
  const worker = new Worker(
    'bench',
    async (job) => {
      for (let chunk = 0; chunk < load.chunks; chunk += 1) {
        await job.updateProgress({ from: chunk * 8, text: 'eight tokens of some answer, about' });
      }
      return { text: 'the whole answer' };
    },
    { connection, concurrency: load.inFlight },
  );
  worker.on('completed', (job) => waiting.get(job.id ?? '')?.());
  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
  const start = performance.now();
  const end = start + load.seconds * 1000;
  let next = 0;
  let done = 0;
  await Promise.all(
    Array.from({ length: load.inFlight }, async () => {
      while (performance.now() < end) {
        const jobId = `t${(next += 1)}`;
        const over = new Promise<void>((resolve) => void waiting.set(jobId, resolve));
        await queue.add('task', { prompt: 'function add(a, b) {' }, { jobId });
        await over;
        waiting.delete(jobId);
        done += 1;
      }
    }),
  );
  const rate = done / ((performance.now() - start) / 1000);
  await worker.close();
  await queue.close();
  return rate;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function listening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('redis-server does not listen');
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
