import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { entryPoint } from '#node/entryPoint.ts';
import { ScriptedNode } from './ScriptedNode.ts';
import { temporaryFolder, until } from './startSwarm.ts';

interface Line {
  readonly event: string;
  readonly url: string;
  readonly swarmId: string;
  readonly data: string;
  readonly invite?: string;
  readonly code?: string;
}

/** A coordinator in a process of its own; its first line. */
async function start(data: string, more: string[] = []): Promise<{ child: ChildProcess; line: Line; log: string[] }> {
  const args = ['--private', '--child', '--json', '--data', data, ...more];
  const child = spawn(process.execPath, [entryPoint('coordinator'), ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const log: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => log.push(line));
  const lines = createInterface({ input: child.stdout });
  const [line] = (await once(lines, 'line')) as [string];
  return { child, line: JSON.parse(line) as Line, log };
}

function secretIn({ invite }: Line): string | null {
  return invite === undefined ? null : (new URL(invite).hash.split('.')[1] ?? null);
}

test('it says where it serves, keeps its keys to itself, and ends when its parent lets go', async () => {
  const data = temporaryFolder();
  const { child, line, log } = await start(data);
  expect(line).toMatchObject({ event: 'ready', data });
  expect(line.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  for (const file of ['keys.json', 'secret.json']) expect(statSync(path.join(data, file)).mode & 0o777).toBe(0o600);
  const second = await start(data);
  expect(second.line).toMatchObject({ event: 'error', code: 'already_running' });
  child.stdin?.end();
  const [code] = (await once(child, 'exit')) as [number | null];
  expect(code).toBe(0);
  expect(log.every((each) => (JSON.parse(each) as { service: string }).service === 'coordinator')).toBe(true);
});

test('a taken port and the other kind of swarm are told by name', async () => {
  const { line } = await start(temporaryFolder());
  const port = new URL(line.url).port;
  expect((await start(temporaryFolder(), ['--port', port])).line).toMatchObject({ event: 'error', code: 'port_taken' });
  const data = temporaryFolder();
  writeFileSync(
    path.join(data, 'keys.json'),
    readFileSync(path.join(line.data, 'keys.json'), 'utf8').replace('"private":true', '"private":false'),
  );
  expect((await start(data)).line).toMatchObject({ event: 'error', code: 'conflict' });
});

test('after kill -9 it goes on: the same swarm, the same task, everything acknowledged is there', async () => {
  const data = temporaryFolder();
  const before = await start(data);
  const node = new ScriptedNode(before.line.url);
  const requester = new ScriptedNode(before.line.url);
  for (const each of [node, requester]) {
    await each.enrol(secretIn(before.line));
    await each.connect();
  }
  requester.takesOffers = false;
  const welcome = await until(() => node.answers[0]);
  await welcome.send(welcome.chunk([10, 2]));
  await welcome.finish('eog');
  const { taskId } = await requester.submit();
  const answer = await until(() => node.answers[1]);
  expect(await answer.send(answer.chunk([10, 11]))).toMatchObject({ payload: { stored: 2 } });
  before.child.kill('SIGKILL');
  await until(() => node.closed !== null && requester.closed !== null);

  const after = await start(data, ['--port', new URL(before.line.url).port]);
  expect(after.line).toMatchObject({ event: 'ready', swarmId: before.line.swarmId });
  await requester.connect();
  await node.connect({ holding: [answer.assign.assignmentId] });
  expect(node.ready?.holding).toMatchObject([{ keep: true, stored: 2 }]);
  await answer.send(answer.chunk([12, 2]));
  expect(await answer.finish('eog')).toMatchObject({ payload: { state: 'accepted' } });
  const done = await until(() => requester.events.find(({ event }) => event.type === 'task:completed'));
  expect(done.event).toMatchObject({ text: ' t10 t11 t12', task: { taskId, status: 'completed' } });
  node.close();
  requester.close();
});

test('a revoked secret admits nobody new', async () => {
  const { line } = await start(temporaryFolder());
  writeFileSync(path.join(line.data, 'secret.json'), JSON.stringify({ secret: null }));
  expect(await new ScriptedNode(line.url).enrol(secretIn(line))).toMatchObject({ status: 'rejected' });
});
