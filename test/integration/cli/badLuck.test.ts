import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { callEngine, untilWelcomed } from '#test/helpers/callEngine.ts';
import {
  descendants,
  enginePid,
  isAlive,
  newHome,
  openSwarm,
  removeHome,
  RunningCommand,
  until,
} from '#test/helpers/openSwarmCommand.ts';
import { linesOf } from '#test/integration/product/scriptLines.ts';

const folder = newHome('bad-luck');
const running: RunningCommand[] = [];
const mounted: string[] = [];

afterEach(async () => {
  for (const command of running.splice(0).toReversed()) await command.stop();
});
afterAll(() => {
  for (const place of mounted) execFileSync('umount', ['-l', place]);
  removeHome(folder);
});

function startArgs(home: string, ...more: string[]): string[] {
  return ['start', '--headless', '--json', '--home', home, ...more];
}

async function start(args: readonly string[]): Promise<RunningCommand> {
  const command = new RunningCommand(args);
  running.push(command);
  await command.event('ready');
  return command;
}

/** Whether this user may mount a small file system to fill up. */
function mountDisk(place: string, size: string): boolean {
  mkdirSync(place, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', place], { stdio: 'ignore' });
    mounted.push(place);
    return true;
  } catch {
    return false;
  }
}

describe('start', () => {
  it('on a port that is taken fails and says so', async () => {
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
    const address = squatter.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { code, lines, errors } = await openSwarm(startArgs(path.join(folder, 'port'), '--port', String(port)));
    squatter.close();
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatchObject({ event: 'error', code: 'port_taken' });
    expect(errors).toContain(String(port));
  });

  it('in a folder that cannot be written fails and says so', async () => {
    const file = path.join(folder, 'a-file');
    writeFileSync(file, '');
    const { code, lines, errors } = await openSwarm(startArgs(path.join(file, 'home')));
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatchObject({ event: 'error', code: 'storage_read_only' });
    expect(errors).toContain(file);
  });

  const smallDisk = path.join(folder, 'small-disk');
  const canMount = mountDisk(smallDisk, '256k');

  it.skipIf(!canMount)('on a full disk (needs the right to mount one) fails and says so', async () => {
    writeFileSync(path.join(smallDisk, 'filler'), Buffer.alloc(200 * 1024));
    const { code, lines } = await openSwarm(startArgs(path.join(smallDisk, 'home')));
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatchObject({ event: 'error', code: 'storage_full' });
  });

  it('with a damaged database fails, says so and keeps a copy', async () => {
    const home = path.join(folder, 'damaged');
    mkdirSync(home);
    writeFileSync(path.join(home, 'engine.db'), Buffer.alloc(8192, 'not a database'));
    const { code, lines } = await openSwarm(startArgs(home));
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatchObject({ event: 'error', code: 'storage_damaged' });
    expect(readdirSync(home)).toContain('engine.db.damaged');
  });
});

describe('a second start in the same folder', () => {
  it('fails, names the way to the first, and leaves it alone', async () => {
    const home = path.join(folder, 'twice');
    await start(startArgs(home, '--port', '0'));
    const { code, lines, errors } = await openSwarm(startArgs(home, '--port', '0'));
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatchObject({ event: 'error', code: 'already_running' });
    expect(errors).toContain('open-swarm status');
    expect((await openSwarm(['status', '--home', home, '--json'])).code).toBe(0);
  });
});

describe('the command that started the engine', () => {
  it('takes the engine and its children along when it is killed', async () => {
    const home = path.join(folder, 'killed');
    const command = await start(startArgs(home, '--port', '0', '--private-swarm'));
    const family = [enginePid(home), ...descendants(enginePid(home))];
    expect(family.length).toBeGreaterThan(1);
    command.signal('SIGKILL');
    await until('nobody stays', () => family.every((pid) => !isAlive(pid)));
    expect(existsSync(path.join(home, 'run', 'engine.json'))).toBe(false);
  });
});

describe('a coordinator that goes and comes back', () => {
  it('is missed, told, and found again without a restart', async () => {
    const data = path.join(folder, 'coming-back');
    const home = path.join(folder, 'patient');
    const coordinator = ['coordinator', '--private', '--json', '--data', data];
    const first = await start([...coordinator, '--port', '0']);
    const ready = await first.event('ready');
    const invite = String(ready['invite']);
    await start(startArgs(home, '--port', '0', '--coordinator', invite));
    const status = async () => (await linesOf(['--home', home, '--json'], ['status']))[0] ?? {};
    const connection = async () => (await callEngine(home, 'snapshot', {})).swarm.connection.state;
    await until('it is connected', async () => (await connection()) === 'connected');

    first.signal('SIGKILL');
    await first.ended;
    await until('it is missed', async () => (await connection()) !== 'connected');
    const missed = await status();
    expect(missed['state']).toBe('offline');
    expect((missed['reason'] as { text: string }).text).not.toBe('');

    const second = new RunningCommand([...coordinator, '--port', new URL(String(ready['url'])).port]);
    running.push(second);
    await second.event('ready');
    await until('it is found again', async () => (await connection()) === 'connected');
    const submit = ['submit', '--type', 'code_completion', '--prompt', 'let a =', '--json', '--home', home];
    expect((await openSwarm(submit)).lines.at(-1)).toMatchObject({ status: 'completed' });
  }, 150_000);
});

describe('a disk that fills up while the engine runs', () => {
  const disk = path.join(folder, 'filling-disk');
  const canMount = mountDisk(disk, '64m');

  it.skipIf(!canMount)(
    '(needs the right to mount one) is told, and when there is space again everything goes on',
    async () => {
      const home = path.join(disk, 'home');
      await start(startArgs(home, '--port', '0', '--private-swarm'));
      await untilWelcomed(home);
      const submit = ['submit', '--type', 'code_completion', '--prompt', 'let a =', '--json', '--home', home];
      expect((await openSwarm(submit)).code).toBe(0);

      const filler = path.join(disk, 'filler');
      fillUp(filler);
      const { code, lines } = await openSwarm([...submit, '--deadline', '5s']);
      expect(code).toBe(1);
      expect(lines.at(-1)).toMatchObject({ event: 'error', code: 'storage_full' });
      const { engine } = await callEngine(home, 'snapshot', {});
      expect(engine.problems.map((problem) => problem.code)).toContain('disk_short');

      rmSync(filler);
      await until('it works again', async () => (await openSwarm(submit)).code === 0);
      const verified = await openSwarm(['coordinator', 'verify', '--data', path.join(home, 'swarm'), '--json']);
      expect(verified.lines.at(-1)).toMatchObject({ ok: true, sum: '0', paidTwice: 0 });
    },
    180_000,
  );
});

/** Writes until nothing more fits. */
function fillUp(file: string): void {
  const handle = openSync(file, 'w');
  try {
    for (const size of [2 ** 20, 2 ** 12]) {
      const piece = Buffer.alloc(size);
      try {
        for (;;) writeSync(handle, piece);
      } catch {
        // Full for pieces of this size.
      }
    }
  } finally {
    closeSync(handle);
  }
}
