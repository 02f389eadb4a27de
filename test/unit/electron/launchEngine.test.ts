import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EngineProcess } from '#main/electron/engine/EngineProcess.ts';
import { launchEngine } from '#main/electron/engine/launchEngine.ts';

let home = '';
let engine: EngineProcess | null = null;
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'open-swarm-launch-'));
  await mkdir(path.join(home, 'run'));
  const file = { pid: 1, startedAt: 1, port: 4100, secret: `owner.${'k'.repeat(43)}`, version: '0.1.0' };
  await writeFile(path.join(home, 'run/engine.json'), JSON.stringify(file));
});
afterEach(async () => {
  engine?.kill();
  await engine?.exited;
  await rm(home, { recursive: true, force: true });
});

/** Starts a small program in the engine's place: what is tested here is the pipe between the two. */
async function launch(program: string): Promise<EngineProcess> {
  const entry = path.join(home, 'program.mjs');
  await writeFile(entry, program);
  engine = launchEngine({ node: process.execPath, entry, home, env: process.env });
  return engine;
}

const sayReady = `console.log('some other line');
console.log(JSON.stringify({ event: 'ready', ui: 'http://127.0.0.1:1/', home: process.env.OPEN_SWARM_HOME }));`;
const untilInputEnds = "process.stdin.resume().on('end', () => process.exit(0));";

test('finds where the engine serves', async () => {
  const started = await launch(`${sayReady}\n${untilInputEnds}`);
  expect(await started.ready).toEqual({ home, port: 4100, secret: `owner.${'k'.repeat(43)}`, ours: true });
});

test('names the data folder on the command line', async () => {
  const started = await launch("console.error(process.argv.slice(2).join(' '));");
  expect(await started.exited).toEqual({ code: 0, signal: null, lastWords: `--home ${home}` });
});

test('keeps what it said about its failure', async () => {
  const failure = JSON.stringify({ event: 'error', code: 'storage_full', message: 'The disk is full.' });
  const started = await launch(`console.log('${failure}'); console.error('{"level":30}'); process.exitCode = 1;`);
  expect(await started.exited).toEqual({ code: 1, signal: null, lastWords: 'The disk is full.' });
});

test('finds the line of a crash that says something', async () => {
  const started = await launch("throw new RangeError('no such port');");
  expect(await started.exited).toMatchObject({ code: 1, lastWords: 'RangeError: no such port' });
});

test('ends it by closing its input', async () => {
  const started = await launch(`${sayReady}\n${untilInputEnds}`);
  await started.ready;
  started.endInput();
  expect(await started.exited).toMatchObject({ code: 0 });
});

test('kills it', async () => {
  const started = await launch(`${sayReady}\nsetInterval(() => 1, 1000);`);
  await started.ready;
  started.kill();
  expect(await started.exited).toMatchObject({ signal: 'SIGKILL' });
});

test('says that there is no such program', async () => {
  engine = launchEngine({ node: path.join(home, 'no-node'), entry: 'x', home, env: {} });
  expect(await engine.exited).toMatchObject({ code: null, lastWords: expect.stringContaining('ENOENT') as string });
});
