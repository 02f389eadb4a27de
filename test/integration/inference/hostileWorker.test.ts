import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Fence } from '#engine/inference/confinement/fences.ts';
import { findFences } from '#engine/inference/confinement/findFences.ts';
import { openLauncher } from '#engine/inference/process/openLauncher.ts';
import { ProcessWorkerLauncher } from '#engine/inference/process/ProcessWorkerLauncher.ts';
import type { WorkerPermissions } from '#engine/ports/inference/WorkerPermissions.ts';
import type { WorkerExit } from '#engine/ports/inference/WorkerLauncher.ts';
import { workerPackages } from '#engine/inference/confinement/workerPackages.ts';
import { currentInstallation } from '#node/Installation.ts';
import { systemClock } from '#node/systemClock.ts';
import { openPool, record, starterRequest } from '#test/helpers/inferencePool.ts';
import { starterModel } from '#test/helpers/starterModel.ts';

vi.setConfig({ testTimeout: 120_000 });

const installation = currentInstallation();
const program = path.resolve('test/helpers/hostileWorkerProcess.ts');
const fences = await findFences({ nodeExecutable: installation.nodeExecutable(), clock: systemClock });
const fenceNames = fences.map(({ name }) => name);

let folder = '';
let server: net.Server;
let heard = 0;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'open-swarm-hostile-'));
  for (const name of ['home', 'models']) mkdirSync(path.join(folder, name));
  for (const name of ['home/engine.db', 'home/node.key', 'models/a.gguf', 'models/b.gguf']) {
    writeFileSync(path.join(folder, name), 'secret');
  }
  server = net.createServer(() => (heard += 1)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What every process on Windows is given, by libuv. */
const givenByWindows = new Set(process.platform === 'win32' ? ['HOMEDRIVE', 'HOMEPATH'] : []);

/** The launcher of the product with its confinement, and the hostile program in the place of the worker. */
function launcherOf(around: readonly Fence[]): ProcessWorkerLauncher {
  return new ProcessWorkerLauncher({
    nodeExecutable: installation.nodeExecutable(),
    entryPoint: program,
    code: [...installation.workerCode, ...workerPackages(installation.root), program],
    clock: systemClock,
    fences: around,
    env: {
      ...process.env,
      HTTPS_PROXY: 'http://name:password@proxy.example',
      all_proxy: 'socks://proxy.example',
      HF_TOKEN: 'secret',
      OPEN_SWARM_HOME: folder,
      NODE_OPTIONS: '--no-deprecation',
      NODE_EXTRA_CA_CERTS: '/etc/ssl/own.pem',
      SSH_AUTH_SOCK: '/run/ssh',
    },
  });
}

/** Starts the hostile program and tells it what to do; what it says, and how it ends. */
function startHostile(around: readonly Fence[], order: string, permissions: Partial<WorkerPermissions> = {}) {
  const said = Promise.withResolvers<unknown>();
  const exit = Promise.withResolvers<WorkerExit>();
  const handle = launcherOf(around).launch(
    {
      onMessage: (message) => {
        if (message instanceof Object && 'outcomes' in message) said.resolve(message);
        else
          handle.send({ type: 'generate', runId: 'r', ...starterRequest({ prompt: { kind: 'text', text: order } }) });
      },
      onExit: exit.resolve,
    },
    { modelPath: path.join(folder, 'models/a.gguf'), memoryBytes: 200 << 20, graphics: false, ...permissions },
  );
  return { handle, said: said.promise, exit: exit.promise };
}

interface Said {
  readonly outcomes: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly interfaces: readonly string[];
}

describe.each([
  ['with what this system puts around it', fences],
  ['with what Node itself gives', []],
] as const)('a hostile worker, %s', (_, around) => {
  test('reaches nothing but its model', async () => {
    const targets = {
      database: path.join(folder, 'home/engine.db'),
      key: path.join(folder, 'home/node.key'),
      home: path.join(folder, 'home'),
      folder: path.join(folder, 'models'),
      model: path.join(folder, 'models/a.gguf'),
      otherModel: path.join(folder, 'models/b.gguf'),
      addon: path.resolve(`node_modules/better-sqlite3/prebuilds/${process.platform}-${process.arch}.node`),
      port: (server.address() as AddressInfo).port,
    };
    expect(existsSync(targets.addon)).toBe(true);
    const before = statSync(program).size;
    const { handle, said } = startHostile(around, JSON.stringify(targets));
    const { outcomes, env, interfaces } = (await said) as Said;
    handle.kill();
    const expected = Object.fromEntries(Object.keys(outcomes).map((name) => [name, expect.stringMatching(refused)]));
    expect(outcomes).toEqual(expected);
    expect(Object.keys(outcomes).length).toBeGreaterThan(30);
    expect(heard).toBe(0);
    expect(readdirSync(path.join(folder, 'home')).toSorted()).toEqual(['engine.db', 'node.key']);
    expect(readdirSync(path.join(folder, 'models')).toSorted()).toEqual(['a.gguf', 'b.gguf']);
    expect(statSync(program).size).toBe(before);
    expect(existsSync(path.join(os.tmpdir(), 'open-swarm-written'))).toBe(false);
    const given = Object.keys(env).filter((name) => !givenByWindows.has(name));
    for (const name of given) expect(name).not.toMatch(/proxy|token|open_swarm|ssh|node_(?!channel)|home/i);
    const isCut = around.some(({ name }) => name === 'no_network');
    expect(interfaces.length === 0 || !isCut).toBe(true);
  });

  test.each(['outside', 'inside'])('that eats memory %s the heap is ended, with the reason', async (where) => {
    const { exit } = startHostile(around, where);
    const { code, signal, detail } = await exit;
    expect(code === 0).toBe(false);
    expect(signal ?? code).not.toBe(null);
    expect(detail).toMatch(/It used \d+ MiB of memory; 200 MiB were reserved|out of memory|allocation failed/i);
  });
});

const refused =
  /^(ERR_ACCESS_DENIED|network_closed|addon_refused|ERR_CODE_GENERATION|ERR_INSPECTOR|EvalError|TypeError: Cannot redefine)/;

test.skipIf(!fenceNames.includes('limits'))(
  'the system itself refuses memory faster than the engine looks',
  async () => {
    const clock = { ...systemClock, setTimer: () => ({ cancel: () => {} }) };
    const launcher = new ProcessWorkerLauncher({
      nodeExecutable: installation.nodeExecutable(),
      entryPoint: program,
      code: [...installation.workerCode, program],
      clock,
      fences,
    });
    const exit = Promise.withResolvers<WorkerExit>();
    const handle = launcher.launch(
      { onMessage: () => handle.send({ type: 'load', ...loadOf }), onExit: exit.resolve },
      { modelPath: null, memoryBytes: 200 << 20, graphics: false },
    );
    expect((await exit.promise).detail).toMatch(/memory|allocation/i);
  },
);

const loadOf = {
  modelPath: '/none',
  digest: starterModel.digest,
  contextSize: 384,
  sequences: 1,
  decodeThreads: 1,
  prefillThreads: 1,
  gpuLayers: 0,
};

test('the engine goes on and says why', async () => {
  const hostile = launcherOf(fences);
  const real = openLauncher(installation, fences);
  // The model `b…` is served by the hostile program, which eats memory when it is to load.
  const bad = { ...starterModel, digest: 'b'.repeat(64), path: path.join(folder, 'models/b.gguf') };
  const pool = openPool({
    launcher: {
      launch: (listener, permissions) =>
        (permissions.modelPath === bad.path ? hostile : real).launch(listener, permissions),
    },
  });
  try {
    const request = starterRequest({ maxTokens: 20 });
    const [refusal, answer] = await Promise.all([
      pool.prepare(bad),
      (async () => {
        await pool.prepare(starterModel);
        return record(pool, request);
      })(),
    ]);
    expect(answer.end).toMatchObject({ kind: 'ended' });
    expect(refusal).toMatchObject({ kind: 'refused', code: 'gave_up' });
    const told = pool.capacity().find(({ digest }) => digest === bad.digest);
    expect(told).toMatchObject({ state: 'gave_up', reservedBytes: 0 });
    expect(told?.reason).toMatch(/It used \d+ MiB of memory/);
    expect((await record(pool, request)).end).toMatchObject({ kind: 'ended' });
  } finally {
    await pool.dispose();
  }
});
