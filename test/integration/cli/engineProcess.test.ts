import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from 'vitest';
import { entryPoint } from '#node/entryPoint.ts';
import { descendants, isAlive, newHome, openSwarm, removeHome, until } from '#test/helpers/openSwarmCommand.ts';

const home = newHome('engine');
const joined = newHome('engine-joined');
afterAll(() => {
  for (const one of [home, joined]) removeHome(one);
});

function startEngine(
  folder = home,
  ...more: string[]
): { pid: number; ready: Promise<string>; ended: Promise<number | null>; close: () => void } {
  const child = spawn(process.execPath, [entryPoint('engine'), '--home', folder, '--port', '0', ...more], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  return {
    pid: child.pid ?? 0,
    ready: new Promise((resolve) => createInterface({ input: child.stdout }).once('line', resolve)),
    ended: new Promise((resolve) => child.once('close', resolve)),
    close: () => child.stdin.end(),
  };
}

describe('the engine as a child', () => {
  it('says when it serves, ends with its parent’s pipe, and takes worker and coordinator along', async () => {
    const engine = startEngine(joined, '--private-swarm');
    expect(JSON.parse(await engine.ready)).toMatchObject({ event: 'ready', home: joined });
    await until('both run', () => descendants(engine.pid).length > 1);
    const workers = descendants(engine.pid);
    engine.close();
    expect(await engine.ended).toBe(0);
    await until('none stays', () => workers.every((pid) => !isAlive(pid)));
  });

  it('says why it does not start', async () => {
    const first = startEngine();
    await first.ready;
    const second = startEngine();
    expect(JSON.parse(await second.ready)).toMatchObject({ event: 'error', code: 'already_running' });
    expect(await second.ended).toBe(1);
    first.close();
    await first.ended;
  });

  it('leaves a data folder that can be read without it', async () => {
    const { code, lines } = await openSwarm(['models', '--home', home, '--json']);
    expect(code).toBe(0);
    expect(lines).toMatchObject([{ types: ['code_completion'] }]);
    expect((await openSwarm(['earnings', '--home', home, '--json'])).lines).toMatchObject([{ code: 'no_swarm' }]);
  });
});
