import { fork } from 'node:child_process';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { findFences } from '#engine/inference/confinement/findFences.ts';
import { memoryLimits } from '#engine/inference/confinement/memoryLimits.ts';
import { systemClock } from '#node/systemClock.ts';
import { isAlive } from '#main/cli/running/isAlive.ts';

const Said = z.object({
  pid: z.int().optional(),
  second: z.int().nullable().optional(),
  priority: z.int().optional(),
  bytes: z.int().optional(),
});

let stop = (): void => {};
afterEach(() => stop());

/** A process in the engine's place that holds a greedy program in a job; what both say until the last of it. */
async function startHolder() {
  const holder = fork(path.resolve('test/helpers/jobHolderProcess.ts'), { execPath: process.execPath });
  stop = () => void holder.kill('SIGKILL');
  let said: z.infer<typeof Said> = {};
  const complete = Promise.withResolvers<void>();
  holder.on('message', (message) => {
    said = { ...said, ...Said.parse(message) };
    if (said.bytes !== undefined) complete.resolve();
  });
  holder.on('exit', () => complete.reject(new Error('The holder of the job ended.')));
  await complete.promise;
  holder.removeAllListeners('exit');
  return { holder, said };
}

describe.skipIf(process.platform !== 'win32')('a job object (needs Windows)', () => {
  test('is found as the fence of this system', async () => {
    const [fence, ...others] = await findFences({ nodeExecutable: process.execPath, clock: systemClock });
    expect(fence?.name).toMatch(/^job/);
    expect(others).toEqual([]);
  });

  test('ends its process when the engine is killed', async () => {
    const { holder, said } = await startHolder();
    const pid = z.int().parse(said.pid);
    expect(isAlive(pid)).toBe(true);
    holder.kill('SIGKILL');
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  test('refuses a second process, a higher priority and memory without end', async () => {
    const { said } = await startHolder();
    expect(said.second).not.toBe(0);
    expect(said.priority).toBeGreaterThan(0);
    expect(said.bytes).toBeLessThan(memoryLimits(2 ** 28).dataBytes);
  });
});
