import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PrivateSwarm, type PrivateSwarmState } from '#engine/host/privateSwarm/PrivateSwarm.ts';
import { networkAddress } from '#node/inviteLink.ts';
import { openSecret, readSecret, revokeSecret } from '#node/swarmSecret.ts';
import { systemClock, systemRandom } from '#node/systemClock.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';
import { isAlive, until } from '#test/helpers/openSwarmCommand.ts';

/** INJECTED FAULTS: a coordinator's outside alone, that can refuse a port or die on demand. */
const script = `
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
const option = (name) => process.argv[process.argv.indexOf(name) + 1];
const data = option('--data');
appendFileSync(path.join(data, 'starts'), option('--port') + '\\n');
appendFileSync(path.join(data, 'hosts'), option('--host') + '\\n');
const fault = existsSync(path.join(data, 'fault')) ? readFileSync(path.join(data, 'fault'), 'utf8') : '';
const asked = Number(option('--port'));
const port = asked === 0 ? 40001 : asked;
const swarmId = 'swm_' + 'a'.repeat(32);
if (fault === 'taken' && asked !== 0) {
  console.log(JSON.stringify({ event: 'error', code: 'port_taken', message: 'taken' }));
  process.exit(1);
}
if (fault === 'broken') {
  console.error('it is broken');
  process.exit(1);
}
const url = 'http://127.0.0.1:' + port;
const ready = { event: 'ready', url, swarmId, data, invite: 'openswarm://127.0.0.1:' + port + '#' + swarmId + '.s' };
setTimeout(() => console.log(JSON.stringify(ready)), fault === 'slow' ? 400 : 0);
process.stdin.on('end', () => process.exit(0)).resume();
if (fault === 'dies') setTimeout(() => process.exit(1), 5);
`;

let folder = '';
let entry = '';
let onNetwork = false;
const open: PrivateSwarm[] = [];
beforeEach(() => {
  onNetwork = false;
  folder = mkdtempSync(path.join(tmpdir(), 'open-swarm-private-'));
  entry = path.join(folder, 'coordinator.mjs');
  writeFileSync(entry, script);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((swarm) => swarm.stop()));
  rmSync(folder, { recursive: true, force: true });
});

function openSwarm() {
  const states: [PrivateSwarmState, string | null][] = [];
  const restarted: string[] = [];
  const swarm = new PrivateSwarm({
    folder,
    node: process.execPath,
    entry,
    env: process.env,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    onState: (state, problem) => states.push([state, problem]),
    onNetwork: () => onNetwork,
    onRestarted: ({ url }) => restarted.push(url),
  });
  open.push(swarm);
  return { swarm, states, restarted };
}

/** Never pid 0: that would be this process and all its relatives. */
function killNow(swarm: PrivateSwarm): void {
  if (swarm.pid === null) throw new Error('The coordinator does not run.');
  process.kill(swarm.pid, 'SIGKILL');
}

function fault(name: string): void {
  writeFileSync(path.join(folder, 'fault'), name);
}

function ports(): string[] {
  return readFileSync(path.join(folder, 'starts'), 'utf8').trim().split('\n');
}

describe('the private swarm', () => {
  it('starts once however often it is asked, and keeps its port for the next time', async () => {
    const { swarm } = openSwarm();
    expect(swarm.exists).toBe(false);
    const [one, other] = await Promise.all([swarm.start(), swarm.start()]);
    expect(one).toBe(other);
    expect(one).toMatchObject({ url: 'http://127.0.0.1:40001', port: 40001 });
    await swarm.stop();
    const again = openSwarm().swarm;
    expect(again.exists).toBe(true);
    await again.start();
    expect(ports()).toEqual(['0', '40001']);
  });

  it('takes another port when the kept one is taken', async () => {
    const { swarm } = openSwarm();
    await swarm.start();
    await swarm.stop();
    fault('taken');
    await expect(swarm.start()).resolves.toMatchObject({ port: 40001 });
    expect(ports()).toEqual(['0', '40001', '0']);
  });

  it('ends with us, and is not started again then', async () => {
    const { swarm, states } = openSwarm();
    await swarm.start();
    const pid = swarm.pid ?? 0;
    await swarm.stop();
    expect(isAlive(pid)).toBe(false);
    expect(states.map(([state]) => state)).toEqual(['starting', 'running', 'stopped']);
    expect(ports()).toHaveLength(1);
  });

  it('is started again when it was killed', async () => {
    const { swarm, restarted } = openSwarm();
    await swarm.start();
    killNow(swarm);
    await until('it runs again', () => restarted.length === 1);
    expect(restarted).toEqual(['http://127.0.0.1:40001']);
    expect(ports()).toEqual(['0', '40001']);
  });

  it('is started once when somebody asks for it while it restarts', async () => {
    const { swarm, states, restarted } = openSwarm();
    await swarm.start();
    fault('slow');
    killNow(swarm);
    await until('it starts again', () => states.filter(([state]) => state === 'starting').length === 2);
    const asked = await swarm.start();
    await until('the restart is told', () => restarted.length === 1);
    expect(swarm.running).toBe(asked);
    expect(ports()).toHaveLength(2);
    fault('');
    killNow(swarm);
    await until('it runs again after one more end', () => restarted.length === 2);
  });

  it('invites to this computer alone, until it is opened to the network and started anew', async () => {
    const { swarm, restarted } = openSwarm();
    openSecret(folder, systemRandom);
    const first = await swarm.invite();
    expect(first).toMatchObject({ url: 'http://127.0.0.1:40001', onNetwork: false });
    expect(first.link).toBe(`openswarm://127.0.0.1:40001#swm_${'a'.repeat(32)}.${first.secret}`);
    onNetwork = true;
    await swarm.reopen();
    expect(restarted).toEqual(['http://127.0.0.1:40001']);
    expect(readFileSync(path.join(folder, 'hosts'), 'utf8')).toBe('127.0.0.1\n0.0.0.0\n');
    const { link, secret } = await swarm.invite();
    expect(secret).toBe(first.secret);
    expect(link).toContain(`${networkAddress() ?? '127.0.0.1'}:40001#`);
  });

  it('makes earlier links worthless with a new secret, and says so when there is none', async () => {
    const { swarm } = openSwarm();
    openSecret(folder, systemRandom);
    const { secret } = await swarm.invite();
    const renewed = await swarm.invite({ renew: true });
    expect(renewed.secret).not.toBe(secret);
    expect(readSecret(folder)).toBe(renewed.secret);
    revokeSecret(folder);
    await expect(swarm.invite()).rejects.toThrow(/revoked/);
  });

  it('gives up after some ends, with what it said last', async () => {
    const { swarm, states } = openSwarm();
    await swarm.start();
    fault('broken');
    killNow(swarm);
    await until('it gave up', () => states.at(-1)?.[0] === 'gave_up');
    expect(states.at(-1)?.[1]).toContain('it is broken');
    expect(ports().length).toBeLessThan(10);
    fault('');
    await expect(swarm.start()).resolves.toMatchObject({ port: 40001 });
  });

  it('that never comes up tells why', async () => {
    fault('broken');
    const { swarm } = openSwarm();
    await expect(swarm.start()).rejects.toThrow('it is broken');
    expect(existsSync(path.join(folder, 'port.json'))).toBe(false);
  });
});
