import { spawn } from 'node:child_process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LinuxProcesses } from '#engine/contribution/sensors/LinuxProcesses.ts';
import { systemPorts } from '#engine/contribution/sensors/SystemPorts.ts';
import { recordedSystem } from '#test/helpers/recordedSystem.ts';

interface Process {
  readonly pid: number;
  readonly parent?: number;
  readonly user?: number;
  readonly system?: number;
  readonly nice?: number;
  readonly name?: string;
  readonly command?: readonly string[];
}

/** Lines as proc(5) describes them; all numbers that do not matter are 0. */
function machine(
  seconds: number,
  busy: { user: number; nice?: number; system?: number },
  processes: readonly Process[],
) {
  const { user, nice = 0, system = 0 } = busy;
  const idle = seconds * 200 - user - nice - system;
  const files: Record<string, string> = {
    '/proc/stat': `cpu  ${user} ${nice} ${system} ${idle} 0 0 0 0 0 0\ncpu0 1 0 0 1\ncpu1 1 0 0 1\n`,
    '/proc/uptime': '1 1\n',
  };
  for (const one of processes) {
    const { pid, parent = 1, name = 'program', command = [name] } = one;
    const before = `${pid} (${name}) S ${parent} ${'0 '.repeat(9)}`;
    files[`/proc/${pid}/stat`] =
      `${before}${one.user ?? 0} ${one.system ?? 0} 0 0 20 ${one.nice ?? 0} 1 0 ${pid * 7} 0`;
    files[`/proc/${pid}/cmdline`] = command.join('\0');
  }
  return files;
}

/** Reads the load at each of these moments, one after the other. */
async function loads(moments: readonly Record<string, string>[], ownFiles: readonly string[] = []) {
  let now: Record<string, string> = {};
  const ports = {
    readNow: (file: string) => recordedSystem(now).readNow(file),
    listNow: (folder: string) => recordedSystem(now).listNow(folder),
  };
  const processes = new LinuxProcesses({ ports, pid: 100, ownFiles: new Set(ownFiles) });
  const read: unknown[] = [];
  for (const moment of moments) {
    now = moment;
    read.push(await processes.load.read());
  }
  return read;
}

function loadOf(share: number) {
  return { known: true, value: { share, processors: 2 } };
}

const engine = (user: number): Process => ({ pid: 100, user, name: 'open (swarm) x' });

describe('the load of other programs', () => {
  test('is unknown at the first look', async () => {
    expect(await loads([machine(0, { user: 0 }, [])])).toMatchObject([{ known: false }]);
  });

  test('is all that is busy, without the own tree', async () => {
    const [, load] = await loads([
      machine(0, { user: 0 }, [engine(0), { pid: 101, parent: 100 }]),
      machine(1, { user: 150 }, [engine(20), { pid: 101, parent: 100, user: 30 }]),
    ]);
    expect(load).toEqual(loadOf(0.5));
  });

  test('while hardly anything is busy, only the own programs are looked up', async () => {
    const stranger = { pid: 300, user: 0 };
    const calm = machine(1, { user: 4 }, [engine(4), { ...stranger, user: 0 }]);
    const moments = [machine(0, { user: 0 }, [engine(0), stranger]), calm];
    const listed: string[] = [];
    let now = moments[0] ?? {};
    const ports = {
      readNow: (file: string) => recordedSystem(now).readNow(file),
      listNow: (folder: string) => {
        listed.push(folder);
        return recordedSystem(now).listNow(folder);
      },
    };
    const { load } = new LinuxProcesses({ ports, pid: 100, ownFiles: new Set() });
    await load.read();
    now = calm;
    expect(await load.read()).toEqual(loadOf(0));
    expect(listed).toEqual(['/proc']);
  });

  test('an own program that began while it was calm does not count once it works', async () => {
    const worker = { pid: 101, parent: 100 };
    const [, , load] = await loads([
      machine(0, { user: 0 }, [engine(0)]),
      machine(3, { user: 2 }, [engine(0), { ...worker, user: 2 }]),
      machine(6, { user: 302 }, [engine(0), { ...worker, user: 302 }]),
    ]);
    expect(load).toEqual(loadOf(0));
  });

  test('work at low priority gives way by itself, whoever does it', async () => {
    const worker = { pid: 102, parent: 100, nice: 10 };
    const [, load] = await loads([
      machine(0, { user: 0 }, [engine(0), worker]),
      machine(1, { user: 40, nice: 120, system: 10 }, [engine(0), { ...worker, user: 100, system: 10 }]),
    ]);
    expect(load).toEqual(loadOf(0.2));
  });

  test('other programs of Open Swarm are no owner’s programs', async () => {
    const other = { pid: 200, command: ['node', '/opt/swarm/engine.ts'] };
    const child = { pid: 201, parent: 200 };
    const [, load] = await loads(
      [
        machine(0, { user: 0 }, [engine(0), other, child]),
        machine(1, { user: 100 }, [engine(0), { ...other, user: 50 }, { ...child, user: 30 }]),
      ],
      ['/opt/swarm/engine.ts'],
    );
    expect(load).toEqual(loadOf(0.1));
  });

  test('a worker that ends, or a number that is used again, is not taken for load', async () => {
    const read = await loads([
      machine(0, { user: 0 }, [engine(0), { pid: 101, parent: 100, user: 500 }]),
      machine(1, { user: 20 }, [engine(0)]),
      machine(2, { user: 40 }, [engine(0), { pid: 101, parent: 1, name: 'new', user: 20 }]),
    ]);
    expect(read.slice(1)).toEqual([loadOf(0.1), loadOf(0.1)]);
  });

  test('is averaged over three seconds, and forgets what was before', async () => {
    const used = [0, 0, 0, 0, 200, 400, 600];
    const read = await loads(used.map((user, second) => machine(second, { user }, [])));
    expect(read.slice(4)).toEqual([loadOf(1 / 3), loadOf(2 / 3), loadOf(1)]);
  });

  test('is unknown where there is no such thing', async () => {
    expect(await loads([{}])).toMatchObject([{ known: false }]);
  });
});

describe('the programs that run', () => {
  test('go by the name of the kernel, of their file and of their script; ours are left out', async () => {
    const files = machine(0, { user: 0 }, [
      { pid: 5, name: 'python3', command: ['/usr/bin/python3', '-u', '/home/x/game.py'] },
      engine(0),
    ]);
    const processes = new LinuxProcesses({ ports: recordedSystem(files), pid: 100, ownFiles: new Set() });
    expect(await processes.programs.read()).toEqual({ known: true, value: ['python3', 'game.py'] });
  });

  test.runIf(process.platform === 'linux')('a program that starts is seen, and that it ended too', async () => {
    const processes = new LinuxProcesses({ ports: systemPorts, pid: process.pid + 1_000_000_000, ownFiles: new Set() });
    const isThere = async (): Promise<boolean> => {
      const reading = await processes.programs.read();
      return reading.known && reading.value.includes('open-swarm-watched');
    };
    const child = spawn('bash', ['-c', 'exec -a open-swarm-watched sleep 600']);
    onTestFinished(() => void child.kill('SIGKILL'));
    await expect.poll(isThere).toBe(true);
    child.kill('SIGKILL');
    await expect.poll(isThere).toBe(false);
  });
});
