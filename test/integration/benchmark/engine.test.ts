import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { InferencePool } from '#engine/inference/pool/InferencePool.ts';
import { openFencedLauncher, openMachine } from '#engine/compose/openMachine.ts';
import { currentInstallation } from '#node/Installation.ts';
import { HardwareProfile } from '#shared/domain/machine/hardware.ts';
import { NodeUpdate } from '#shared/protocol/session.ts';
import { openPool } from '#test/helpers/inferencePool.ts';
import { TestCoordinator } from '#test/helpers/TestCoordinator.ts';
import { TestEngine } from '#test/helpers/TestEngine.ts';
import { until } from '#test/helpers/until.ts';

// Workers start slowly on a busy machine; nothing here waits longer than it must.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

let folder: string;
let coordinator: TestCoordinator;
let pool: InferencePool;
let node: TestEngine;
/** Slots of the first model in each message about what the node can do. */
let toldSlots: (number | undefined)[];

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'open-swarm-measured-'));
  coordinator = new TestCoordinator({ folder });
  await coordinator.start();
  toldSlots = [];
  const dial = coordinator.dialer.dial.bind(coordinator.dialer);
  vi.spyOn(coordinator.dialer, 'dial').mockImplementation(async (address, signal) => {
    const link = await dial(address, signal);
    const request = link.request.bind(link);
    vi.spyOn(link, 'request').mockImplementation((type, payload, options) => {
      const update = NodeUpdate.safeParse(payload);
      if (type === 'node:update' && update.success) toldSlots.push(update.data.capabilities.models[0]?.slots);
      return request(type, payload, options);
    });
    return link;
  });
  pool = openPool();
  const machineParts = openMachine({ launcher: () => openFencedLauncher(currentInstallation()) });
  // FAKE: other tests keep this machine busy, which would be right to distrust.
  const machine = { ...machineParts, measured: { ...machineParts.measured, otherLoad: async () => 0 } };
  node = await new TestEngine({ coordinator, inference: pool, machine }).start();
  await node.serving();
});

afterEach(async () => {
  await node.stop();
  await pool.dispose();
  await coordinator.stop();
  node.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function measured() {
  for (;;) {
    const end = await node.engine.handlers['benchmark.wait']({});
    if (end.kind !== 'waiting') return end;
  }
}

describe('an engine that measures', () => {
  test('serves and offers what it found, shows it, and remembers it', async () => {
    const { handlers } = node.engine;
    expect(node.engine.slice('models')[0]?.slots).toBe(10);
    await handlers['benchmark.start']({ set: 'quick' });
    expect(node.engine.slice('benchmark').running).not.toBe(null);
    const end = await measured();
    if (end.kind !== 'done') throw new Error(`It ended ${JSON.stringify(end)}`);
    const { report } = end;
    expect(report.link.value?.roundTripMs).toBeGreaterThan(0);
    expect(report.link.value?.upMbits).toBeGreaterThan(0);
    const [model] = report.models;
    expect(model?.decode[0]).toMatchObject({ sequences: 1 });
    expect(model?.decode.every((row) => row.tokensPerSecond > 0 && row.threads >= 1)).toBe(true);
    const slots = model?.slots ?? 0;
    await until(() => {
      const [shown] = node.engine.slice('models');
      return shown?.state === 'ready' && shown.slots === slots && shown.tokensPerSecond !== null;
    }, 'the model is served as measured');
    await until(() => toldSlots.at(-1) === slots, 'the coordinator knows');
    expect(node.engine.slice('benchmark')).toMatchObject({ running: null, last: report, previous: null });
    expect((await handlers['benchmark.history']({ limit: 5 })).reports).toEqual([report]);
    const { rows } = await handlers['benchmark.earnings']({});
    expect(rows).toMatchObject([{ digest: model?.digest, slots }]);
    expect(Number(rows[0]?.perBusyHour)).toBeGreaterThan(0);
    // A task after it is served by the model as it was loaded anew.
    const taskId = await node.submit();
    expect((await node.finished(taskId)).status).toBe('completed');
  });

  test('takes no work while it measures, and works again at once when it is cancelled', async () => {
    const { handlers } = node.engine;
    await handlers['benchmark.start']({ set: 'full' });
    await until(() => node.engine.slice('benchmark').running?.phase === 'decode', 'it writes');
    await handlers['benchmark.cancel']({});
    expect(node.engine.slice('benchmark')).toMatchObject({ running: null, last: null });
    expect(await measured()).toEqual({ kind: 'cancelled' });
    const taskId = await node.submit();
    expect((await node.finished(taskId)).status).toBe('completed');
  });

  test('looks the machine up once, with the eyes of llama.cpp too', async () => {
    const profile = await node.engine.handlers['hardware.profile']({ refresh: false });
    expect(HardwareProfile.parse(profile)).toEqual(profile);
    // A machine that is too busy to answer says so; it never guesses.
    const { value, reason } = profile.inference;
    expect(value === null ? reason !== '' : value.mathCores > 0).toBe(true);
    expect(await node.engine.handlers['hardware.profile']({ refresh: false })).toBe(profile);
  });
});
