import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { isOnPath } from './buildPeers.ts';
import { bundleProgram } from './bundleProgram.ts';
import { DownloadReport } from './downloadPeer.ts';
import { type Comparison, median } from './measure.ts';
import { ResourceWatch, type Used } from './ResourceWatch.ts';

const rounds = Number(process.env['OPEN_SWARM_BENCH_ROUNDS'] ?? 5);
const connections = 8;

/** A server without any limit, and one whose connections are slow each, so that only several at once are fast. */
const servers = [
  { what: 'no limit', bytes: 512 * 2 ** 20, perConnection: 0 },
  { what: `${connections} × 4 MB/s`, bytes: 192 * 2 ** 20, perConnection: 4e6 },
] as const;

/** As the shell and the command start the engine. */
const engineFlags = ['--max-semi-space-size=1'];

type Program = 'ours' | 'aria2c' | 'ipull';

interface Run extends Used {
  readonly seconds: number;
  readonly hashSeconds: number | null;
  readonly baseBytes: number;
  /** Sent by the server, of the file's bytes. */
  readonly fetched: number;
}

/** One download of ours beside `aria2c -x8 -s8` and ipull, in turns, from a server on this machine. */
export async function benchDownloads(workFolder: string): Promise<Comparison[]> {
  await mkdir(workFolder, { recursive: true });
  const programs: Program[] = isOnPath('aria2c') ? ['ours', 'aria2c', 'ipull'] : ['ours', 'ipull'];
  if (!programs.includes('aria2c')) console.log('aria2c is not here; on Debian: apt-get install aria2\n');
  const own = await bundleProgram('test/bench/ownDownloadProcess.ts', workFolder);
  const ipull = await bundleProgram('test/bench/ipullProcess.ts', workFolder);
  const rows: Comparison[] = [];
  for (const { what, bytes, perConnection } of servers) {
    const server = await openServer(bytes, perConnection);
    try {
      const runs = new Map<Program, Run[]>(programs.map((name) => [name, []]));
      // The first round fills caches and is not counted.
      for (let round = 0; round <= rounds; round += 1) {
        for (const name of programs) {
          const run = await once(name, { server, own, ipull, folder: path.join(workFolder, 'files') });
          if (round > 0) runs.get(name)?.push({ ...run, fetched: run.fetched / bytes });
        }
      }
      rows.push(...compare(what, runs));
    } finally {
      await server.close();
    }
  }
  return rows;
}

function compare(server: string, runs: ReadonlyMap<Program, Run[]>): Comparison[] {
  const ours = runs.get('ours') ?? [];
  const of = (all: readonly Run[], value: (run: Run) => number) => all.map((run) => value(run));
  const beside = (name: Program, what: string, unit: string, value: (run: Run) => number): Comparison => {
    const theirs = runs.get(name);
    const peer = theirs === undefined ? null : of(theirs, value);
    return { what: `${server}: ${what}`, unit, ours: of(ours, value), peer, peerName: name, note: noteOf(peer) };
  };
  const peers = ['aria2c', 'ipull'] as const;
  const hashing = ours.map(({ hashSeconds, seconds }) => ((hashSeconds ?? 0) / seconds) * 100);
  const growth = ours.map(({ peakRssBytes, baseBytes }) => (peakRssBytes - baseBytes) / 1e6);
  const base = `${Math.round(median(ours.map(({ baseBytes }) => baseBytes)) / 1e6)} MB before it began`;
  return [
    ...peers.map((name) => beside(name, 'wall time', 's', ({ seconds }) => seconds)),
    ...peers.map((name) => beside(name, 'processor time', 's', ({ cpuSeconds }) => cpuSeconds)),
    ...peers.map((name) => beside(name, 'most memory of its own (PSS)', 'MB', (run) => run.peakPssBytes / 1e6)),
    ...peers.map((name) => beside(name, 'fetched bytes / size', '', ({ fetched }) => fetched)),
    {
      what: `${server}: most resident (RSS)`,
      unit: 'MB',
      ours: ours.map(({ peakRssBytes }) => peakRssBytes / 1e6),
      peer: [80],
      peerName: 'allowed',
      note: `${base}; grew by ${Math.round(median(growth))}`,
    },
    { what: `${server}: hashing, of the wall time`, unit: '%', ours: hashing, peer: [5], peerName: 'allowed' },
  ];
}

function noteOf(peer: readonly number[] | null): string {
  return peer === null ? 'apt-get install aria2' : '';
}

interface Scene {
  readonly server: FileServer;
  readonly own: string;
  readonly ipull: string;
  readonly folder: string;
}

async function once(name: Program, { server, own, ipull, folder }: Scene): Promise<Run> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  const file = path.join(folder, 'model.gguf');
  await server.sent();
  const node = process.execPath;
  const start = performance.now();
  const child =
    name === 'ours'
      ? spawn(node, [...engineFlags, own, server.address, file, server.sha256])
      : name === 'ipull'
        ? spawn(node, [ipull, server.address, file])
        : spawn('aria2c', ['-q', '-x8', '-s8', '--file-allocation=none', '-d', folder, server.address]);
  const watch = new ResourceWatch(child.pid ?? 0);
  const output = await outputOf(child, name);
  const wallSeconds = (performance.now() - start) / 1000;
  const used = watch.stop();
  const report =
    name === 'aria2c'
      ? { seconds: wallSeconds, hashSeconds: null, baseBytes: 0 }
      : DownloadReport.parse(JSON.parse(output.slice(output.indexOf('{'))));
  return { ...used, ...report, fetched: await server.sent() };
}

async function outputOf(child: ChildProcess, name: string): Promise<string> {
  let [output, complaints] = ['', ''];
  child.stdout?.on('data', (piece: Buffer) => (output += piece.toString()));
  child.stderr?.on('data', (piece: Buffer) => (complaints += piece.toString()));
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`${name} ended with ${String(code)}: ${complaints.slice(-1000)}`);
  return output;
}

interface FileServer {
  readonly address: string;
  readonly sha256: string;
  /** Bytes of the file since it was asked last. */
  sent(): Promise<number>;
  close(): Promise<void>;
}

async function openServer(bytes: number, perConnection: number): Promise<FileServer> {
  const script = path.resolve('test/bench/fileServerProcess.ts');
  const child = spawn(process.execPath, [script, String(bytes), String(perConnection)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const address = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('close', () => reject(new Error('The server did not start')));
  });
  const { headers } = await fetch(address, { method: 'HEAD' });
  return {
    address,
    sha256: (headers.get('etag') ?? '').replaceAll('"', ''),
    sent: async () => Number(await (await fetch(new URL('/sent', address))).text()),
    close: async () => {
      child.stdin.end();
      await new Promise((resolve) => child.once('close', resolve));
    },
  };
}
