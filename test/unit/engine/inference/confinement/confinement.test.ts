import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { possibleFences } from '#engine/inference/confinement/fences.ts';
import { findFences } from '#engine/inference/confinement/findFences.ts';
import { memoryLimits } from '#engine/inference/confinement/memoryLimits.ts';
import { MemoryWatch, residentBytesOf } from '#engine/inference/confinement/MemoryWatch.ts';
import { workerEnvironment } from '#engine/inference/confinement/workerEnvironment.ts';
import { workerFlags } from '#engine/inference/confinement/workerFlags.ts';
import { workerPackages } from '#engine/inference/confinement/workerPackages.ts';
import { systemClock } from '#node/systemClock.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';

const gibibyte = 2 ** 30;
const permissions = { modelPath: '/models/a.gguf', memoryBytes: 4 * gibibyte, graphics: false };

describe('the flags of a worker', () => {
  const readable = (flags: readonly string[]) =>
    flags.flatMap((flag) => (flag.startsWith('--allow-fs-read=') ? flag.slice('--allow-fs-read='.length) : []));

  test('allow its code and its model to be read, add-ons, and nothing else', () => {
    const flags = workerFlags({ code: ['/app/code', '/app/code'], permissions, platform: 'darwin' });
    expect(flags[0]).toBe('--permission');
    expect(readable(flags)).toEqual(['/app/code', '/models/a.gguf']);
    expect(flags.filter((flag) => flag.startsWith('--allow-') && !flag.startsWith('--allow-fs-read='))).toEqual([
      '--allow-addons',
    ]);
    expect(flags).toContain('--disallow-code-generation-from-strings');
  });

  test('show the folders of drivers only to those that look for a card', () => {
    const drivers = (graphics: boolean) =>
      readable(
        workerFlags({ code: [], permissions: { ...permissions, modelPath: null, graphics }, platform: 'linux' }),
      );
    expect(drivers(false)).toEqual(['/proc/self/maps']);
    expect(drivers(true)).toContain('/usr/lib');
    expect(drivers(true).every((folder) => !['/', '/usr', '/etc', '/home'].includes(folder))).toBe(true);
  });
});

test('of the environment only what is named passes, on Windows in any case', () => {
  const env = {
    PATH: '/bin',
    Path: 'C:\\bin',
    https_proxy: 'http://proxy',
    NO_PROXY: '*',
    HOME: '/root',
    HF_TOKEN: 'secret',
    OPEN_SWARM_HOME: '/x',
    NODE_OPTIONS: '--inspect',
    LD_PRELOAD: '/evil.so',
    SystemRoot: 'C:\\Windows',
    XDG_RUNTIME_DIR: '/run/user/1',
    UV_THREADPOOL_SIZE: '9',
    CUDA_PATH: undefined,
  };
  const kept = { PATH: '/bin', Path: 'C:\\bin', SystemRoot: 'C:\\Windows', UV_THREADPOOL_SIZE: '1' };
  expect(workerEnvironment(env)).toEqual(kept);
  expect(workerEnvironment(env, ['XDG_RUNTIME_DIR'])).toEqual({ ...kept, XDG_RUNTIME_DIR: '/run/user/1' });
});

test('a worker may take a quarter more than was reserved, or half a gibibyte', () => {
  expect(memoryLimits(8 * gibibyte).residentBytes).toBe(10 * gibibyte);
  expect(memoryLimits(gibibyte / 4).residentBytes).toBe(gibibyte * 0.75);
  const { residentBytes, scopeBytes, dataBytes } = memoryLimits(gibibyte);
  expect(scopeBytes).toBeGreaterThan(residentBytes);
  expect(dataBytes).toBeGreaterThan(scopeBytes);
});

describe('fences', () => {
  const names = (...facts: Parameters<typeof possibleFences>) => possibleFences(...facts).map(({ name }) => name);

  test('are those that a system may have', () => {
    const all = ['memory_scope', 'limits', 'no_network', 'no_new_privileges'];
    expect(names({ platform: 'linux', userId: 1000, systemd: true, jobs: null })).toEqual(all);
    expect(names({ platform: 'linux', userId: 0, systemd: false, jobs: null })).toEqual(all.slice(1));
    expect(names({ platform: 'darwin', userId: 501, systemd: false, jobs: null })).toEqual(['no_network']);
    const windows = { platform: 'win32', userId: 1, systemd: false } as const;
    expect(names({ ...windows, jobs: null })).toEqual([]);
    expect(names({ ...windows, jobs: () => () => {} })).toEqual(['job']);
  });

  test('hold the memory that was reserved, with the margin, and hide the bus that they needed', () => {
    const [scope, limits] = possibleFences({ platform: 'linux', userId: 1000, systemd: true, jobs: null });
    const words = scope?.command(permissions) ?? [];
    expect(words.slice(0, 3)).toEqual(['systemd-run', '--user', '--scope']);
    expect(words).toContain(`MemoryMax=${memoryLimits(permissions.memoryBytes).scopeBytes}`);
    expect(words.slice(words.indexOf('--'))).toEqual([
      '--',
      'env',
      ...(scope?.env ?? []).flatMap((name) => ['-u', name]),
    ]);
    const { dataBytes } = memoryLimits(permissions.memoryBytes);
    expect(limits?.command(permissions)).toEqual([
      'prlimit',
      '--core=0',
      '--fsize=0',
      `--data=${dataBytes}:${dataBytes}`,
    ]);
    expect(limits?.command({ ...permissions, graphics: true })).toEqual(['prlimit', '--core=0']);
  });

  test('that do not stand here are not used', async () => {
    // The facts of a Mac on this system, whose command is not there.
    const facts = {
      platform: process.platform === 'darwin' ? 'linux' : 'darwin',
      userId: 1,
      systemd: true,
      jobs: null,
    } as const;
    const how = { nodeExecutable: process.execPath, clock: systemClock };
    expect(await findFences({ ...how, facts })).toEqual([]);
    expect(await findFences({ ...how, facts: { platform: 'win32', userId: 1, systemd: false, jobs: null } })).toEqual(
      [],
    );
  });

  test('that stand here are found, without one that does not', async () => {
    const facts = { platform: process.platform, userId: process.getuid?.() ?? 1, systemd: false, jobs: null };
    const how = { nodeExecutable: process.execPath, clock: systemClock };
    const without = await findFences({ ...how, facts });
    const found = await findFences({ ...how, facts: { ...facts, systemd: true } });
    expect(found.filter(({ name }) => name !== 'memory_scope').map(({ name }) => name)).toEqual(
      without.map(({ name }) => name),
    );
  });
});

describe('the watch over memory', () => {
  function watch(readings: readonly (number | null)[]) {
    const clock = new ManualClock();
    const told: number[] = [];
    const left = [...readings];
    const made = new MemoryWatch({
      clock,
      limitBytes: 100,
      residentBytes: async () => left.shift() ?? null,
      onExceeded: (bytes) => told.push(bytes),
    });
    return { clock, told, left, made };
  }

  test('tells once, at the first reading above the limit', async () => {
    const { clock, told, left } = watch([50, 100, 101, 500]);
    await clock.advance(10_000);
    expect(told).toEqual([101]);
    expect(left).toEqual([500]);
    expect(clock.pending).toBe(0);
  });

  test('ends with its process, and where nobody can tell', async () => {
    const { clock, told, made } = watch([50, 500]);
    await clock.advance(1000);
    made.stop();
    await clock.advance(10_000);
    expect(told).toEqual([]);
    const blind = watch([null, 500]);
    await blind.clock.advance(10_000);
    expect(blind.told).toEqual([]);
    expect(blind.clock.pending).toBe(0);
  });

  test.skipIf(process.platform !== 'linux')('reads a process from outside', async () => {
    const resident = (await residentBytesOf(process.pid)) ?? 0;
    expect(Math.abs(resident - process.memoryUsage.rss())).toBeLessThan(64 << 20);
    expect(await residentBytesOf(2 ** 30)).toBe(null);
  });
});

describe('the packages of a worker', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'open-swarm-packages-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function install(folder: string, file: object): string {
    const whole = path.join(root, 'node_modules', ...folder.split('/'));
    mkdirSync(whole, { recursive: true });
    writeFileSync(path.join(whole, 'package.json'), JSON.stringify(file));
    return whole;
  }

  test('are those that it loads, nested ones too, without foreign native parts', () => {
    const zod = install('zod', {});
    const llama = install('node-llama-cpp', {
      dependencies: { chalk: '1', ring: '1' },
      optionalDependencies: { '@node-llama-cpp/linux-x64': '1', '@copier/linux': '1', absent: '1' },
    });
    const chalk = install('chalk', { dependencies: { ring: '1' } });
    const nested = install('node-llama-cpp/node_modules/ring', { dependencies: { chalk: '1' } });
    const ring = install('ring', {});
    const native = install('@node-llama-cpp/linux-x64', { os: ['linux'], cpu: ['x64'] });
    install('@copier/linux', { os: ['linux'], dependencies: { evil: '1' } });
    install('evil', {});
    install('better-sqlite3', {});
    expect(workerPackages(root).toSorted()).toEqual([zod, llama, chalk, nested, ring, native].toSorted());
  });

  test('of this installation hold no database and no other add-on', () => {
    const found = workerPackages(path.resolve('.'));
    expect(found.some((folder) => folder.endsWith('node-llama-cpp'))).toBe(true);
    expect(found.filter((folder) => /better-sqlite3|reflink-/.test(folder))).toEqual([]);
  });
});
