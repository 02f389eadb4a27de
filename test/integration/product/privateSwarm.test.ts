import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callEngine, untilWelcomed } from '#test/helpers/callEngine.ts';
import {
  commandOf,
  descendants,
  enginePid,
  newHome,
  openSwarm,
  removeHome,
  RunningCommand,
  until,
} from '#test/helpers/openSwarmCommand.ts';

const home = newHome('own-swarm');
let engine: RunningCommand;

async function startEngine(): Promise<void> {
  engine = new RunningCommand(['start', '--headless', '--json', '--port', '0', '--home', home]);
  await engine.event('ready');
}

beforeAll(startEngine);
afterAll(async () => {
  await engine.stop();
  removeHome(home);
});

const swarm = async () => (await callEngine(home, 'snapshot', {})).swarm;
const connected = (): Promise<void> =>
  until('it is connected', async () => (await swarm()).connection.state === 'connected');

function coordinators(): number[] {
  return descendants(enginePid(home)).filter((pid) => /src-coordinator|coordinator\.js/.test(commandOf(pid)));
}

function squatOn(port: number): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

describe('a private swarm of one machine', () => {
  let swarmId = '';
  let invite = '';

  it('is started when the owner wants it, with an invite link for others', async () => {
    expect((await swarm()).joined).toBeNull();
    expect(coordinators()).toEqual([]);
    await callEngine(home, 'swarm.startPrivate', {});
    await connected();
    const { joined } = await swarm();
    expect(joined).toMatchObject({ private: true, ownCoordinator: true });
    swarmId = joined?.swarmId ?? '';
    invite = (await callEngine(home, 'swarm.invite', {})).link;
    expect(invite).toMatch(new RegExp(`^openswarm://127\\.0\\.0\\.1:\\d+#${swarmId}\\.[\\w-]{22}$`));
    expect(coordinators()).toHaveLength(1);
    await untilWelcomed(home);
  });

  it('comes back by itself with the engine, on another port when its own is taken', async () => {
    const before = (await callEngine(home, 'snapshot', {})).money.balances;
    await engine.stop();
    const file = path.join(home, 'swarm', 'port.json');
    const { port } = JSON.parse(readFileSync(file, 'utf8')) as { port: number };
    const squatter = await squatOn(port);
    await startEngine();
    await connected();
    squatter.close();
    const { joined } = await swarm();
    expect(joined?.swarmId).toBe(swarmId);
    expect(joined?.address).not.toContain(`:${port}`);
    expect((await callEngine(home, 'snapshot', {})).money.balances).toEqual(before);
    const answer = await openSwarm([
      'submit',
      '--home',
      home,
      '--json',
      '--type',
      'code_completion',
      '--prompt',
      'if (',
    ]);
    expect(answer.lines.at(-1)).toMatchObject({ status: 'completed' });
  });

  it('ends when it is left, and stays ended', async () => {
    await callEngine(home, 'swarm.leave', {});
    expect((await swarm()).joined).toBeNull();
    expect(coordinators()).toEqual([]);
    await engine.stop();
    await startEngine();
    expect((await swarm()).joined).toBeNull();
    expect(coordinators()).toEqual([]);
  });

  it('can be entered again, with what was earned in it', async () => {
    await callEngine(home, 'swarm.startPrivate', {});
    await connected();
    expect((await swarm()).joined?.swarmId).toBe(swarmId);
    await until('its books are here again', async () => {
      const { balances } = (await callEngine(home, 'snapshot', {})).money;
      return balances !== null && balances.earned !== '0' && balances.granted === '100';
    });
  });
});
