import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ChunkJournal } from '#engine/models/transfer/ChunkJournal.ts';
import { FaultyFileServer, randomFile } from '#test/helpers/FaultyFileServer.ts';
import { seedOfRun } from '#test/helpers/seedOfRun.ts';
import { SeededRandom } from '#test/simulation/SeededRandom.ts';

const kills = process.env['OPEN_SWARM_LONG'] === '1' ? 500 : 25;
const chunkBytes = 256 * 1024;
const connections = 4;
/** The look at the beginning of each session. */
const peekBytes = 16;
/** What the system keeps for a connection whose reader is slow or gone. */
const pipeBytes = 512 * 1024;
const content = randomFile(4 * 2 ** 20 + 777);
const digest = createHash('sha256').update(content).digest('hex');
const random = new SeededRandom(seedOfRun);
let folder = '';
let server: FaultyFileServer;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'open-swarm-killed-'));
  server = await new FaultyFileServer(content).open();
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; output: string }>;
}

function start(name: string): Started {
  const files = [path.join(folder, `${name}.part`), path.join(folder, `${name}.journal`)];
  const script = path.resolve('test/helpers/downloadProcess.ts');
  const child = spawn(process.execPath, [script, server.address, ...files], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (piece: Buffer) => (output += piece.toString()));
  return { child, ended: new Promise((resolve) => child.on('close', (code) => resolve({ code, output }))) };
}

/** Kills the download once the server has sent so many bytes more; it may be done before. */
async function killAfter(name: string, bytes: number): Promise<void> {
  const { child, ended } = start(name);
  const goal = server.sent + bytes;
  server.faults.onBody = () => {
    if (server.sent >= goal) child.kill('SIGKILL');
  };
  await ended;
  server.faults.onBody = null;
}

/** Bytes of the chunks that no earlier session finished. */
async function missingBytes(name: string): Promise<number> {
  const left = await new ChunkJournal(path.join(folder, `${name}.journal`)).read();
  const lengthOf = (index: number) => Math.min(chunkBytes, content.length - index * chunkBytes);
  const whole = [...(left?.digests.keys() ?? [])].reduce((sum, index) => sum + lengthOf(index), 0);
  return content.length - whole;
}

test(
  `${kills} downloads, each killed at a random moment, are exact files, each byte fetched about once`,
  async () => {
    let killed = 0;
    let most = 0;
    let extra = 0;
    for (let round = 0; killed < kills; round += 1) {
      const name = `file-${round}`;
      server.sent = 0;
      server.faults.paceMs = 1;
      const times = 1 + Math.floor(random.fraction() * 2);
      for (let time = 0; time < times; time += 1) {
        await killAfter(name, Math.floor(random.fraction() * content.length * 0.6));
        killed += 1;
      }
      server.faults.paceMs = 0;
      const [before, missing] = [server.sent, await missingBytes(name)];
      const { code, output } = await start(name).ended;
      expect({ round, code, output }).toEqual({ round, code: 0, output: digest });
      const found = createHash('sha256').update(await readFile(path.join(folder, `${name}.part`)));
      expect(found.digest('hex')).toBe(digest);
      // What the kills left whole is not fetched again, to the byte.
      expect({ round, fetched: server.sent - before }).toEqual({ round, fetched: missing + peekBytes });
      extra += server.sent - content.length;
      most = Math.max(most, server.sent - content.length - times * connections * (chunkBytes + pipeBytes));
      await rm(path.join(folder, `${name}.part`));
    }
    // Beyond the file, a kill costs at most the chunks that were being fetched, and what was in the pipe.
    expect(most).toBeLessThan(16 * 1024);
    console.log(`${killed} kills cost ${Math.round(extra / killed / 1024)} KiB each, of files of 4 MiB`);
  },
  kills * 20_000,
);
