import { describe, expect, test } from 'vitest';
import type { WorkerExit, WorkerHandle, WorkerLauncher } from '#engine/ports/inference/WorkerLauncher.ts';
import { ProcessWorkerLauncher } from '#engine/inference/process/ProcessWorkerLauncher.ts';
import { findFences } from '#engine/inference/confinement/findFences.ts';
import { openLauncher } from '#engine/inference/process/openLauncher.ts';
import { currentInstallation } from '#node/Installation.ts';
import { systemClock } from '#node/systemClock.ts';
import { WorkerToEngine } from '#shared/worker/WorkerToEngine.ts';
import { FaultInjectingLauncher } from '#test/helpers/FaultInjectingLauncher.ts';

const installation = currentInstallation();
const fences = await findFences({ nodeExecutable: installation.nodeExecutable(), clock: systemClock });
const room = { modelPath: null, memoryBytes: 2 ** 28, graphics: false };

const launchers: readonly (readonly [string, () => WorkerLauncher])[] = [
  ['child process in the fences of this system', () => openLauncher(installation, fences)],
  ['child process without fences', () => openLauncher(installation)],
  ['fault-injecting fake', () => new FaultInjectingLauncher()],
];

/** A launched worker with what it said, and promises for the next message and the end. */
function start(launcher: WorkerLauncher) {
  const messages: WorkerToEngine[] = [];
  const exits: WorkerExit[] = [];
  const exit = Promise.withResolvers<WorkerExit>();
  let onMessage = (): void => {};
  const handle: WorkerHandle = launcher.launch(
    {
      onMessage: (raw) => {
        messages.push(WorkerToEngine.parse(raw));
        onMessage();
      },
      onExit: (end) => {
        exits.push(end);
        exit.resolve(end);
      },
    },
    room,
  );
  const until = (type: WorkerToEngine['type']): Promise<WorkerToEngine> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = messages.find((message) => message.type === type);
        if (found !== undefined) resolve(found);
      };
      onMessage = look;
      look();
    });
  return { handle, messages, exits, exit: exit.promise, until };
}

describe.each(launchers)('a worker launcher: %s', (_, make) => {
  test('says ready first, answers beats with their numbers, and dies when killed, once', async () => {
    const worker = start(make());
    expect(worker.messages).toEqual([]);
    await worker.until('ready');
    expect(worker.messages[0]?.type).toBe('ready');
    expect(worker.handle.pid).toBeGreaterThan(0);
    expect(worker.handle.send({ type: 'beat', number: 7 })).toBe(true);
    expect(await worker.until('beat')).toMatchObject({ number: 7 });
    worker.handle.kill();
    worker.handle.kill();
    expect(await worker.exit).toMatchObject({ code: null, signal: 'SIGKILL' });
    expect(worker.exits).toHaveLength(1);
    expect(worker.handle.send({ type: 'beat', number: 8 })).toBe(false);
  });

  test('leaves when told to unload', async () => {
    const worker = start(make());
    await worker.until('ready');
    worker.handle.send({ type: 'unload' });
    await worker.exit;
    expect(worker.exits).toHaveLength(1);
  });

  test('two workers know nothing of each other', async () => {
    const launcher = make();
    const first = start(launcher);
    const second = start(launcher);
    await Promise.all([first.until('ready'), second.until('ready')]);
    first.handle.kill();
    await first.exit;
    second.handle.send({ type: 'beat', number: 1 });
    await second.until('beat');
    expect(first.messages.some(({ type }) => type === 'beat')).toBe(false);
    second.handle.kill();
    await second.exit;
  });
});

test('a program that cannot be started is told as an exit', async () => {
  const worker = start(
    new ProcessWorkerLauncher({
      nodeExecutable: '/nowhere/node',
      entryPoint: installation.entryPoint('worker'),
      code: [],
      clock: systemClock,
    }),
  );
  const end = await worker.exit;
  expect(end.detail).toContain('ENOENT');
  expect(worker.handle.pid).toBe(null);
  expect(worker.handle.send({ type: 'unload' })).toBe(false);
});
