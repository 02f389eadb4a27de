import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { InferencePool } from '#engine/inference/pool/InferencePool.ts';
import { openPool } from '#test/helpers/inferencePool.ts';
import { seedOfRun } from '#test/helpers/seedOfRun.ts';
import { TestCoordinator } from '#test/helpers/TestCoordinator.ts';
import { TestEngine } from '#test/helpers/TestEngine.ts';
import { until } from '#test/helpers/until.ts';
import { SeededRandom } from '#test/simulation/SeededRandom.ts';

// Workers start slowly on a busy machine; nothing here waits longer than it must.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

let folder: string;
let coordinator: TestCoordinator;
let pools: InferencePool[];
let nodes: TestEngine[];
let asker: TestEngine;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'open-swarm-many-'));
  coordinator = new TestCoordinator({ folder });
  await coordinator.start();
  pools = [openPool(), openPool()];
  nodes = await Promise.all(pools.map((inference) => new TestEngine({ coordinator, inference }).start()));
  asker = await new TestEngine({ coordinator, inference: openPool(), models: [] }).start();
  await Promise.all(nodes.map((node) => node.serving()));
});

afterEach(async () => {
  await Promise.all([asker, ...nodes].map((engine) => engine.stop()));
  await Promise.all(pools.map((pool) => pool.dispose()));
  await coordinator.stop();
  for (const engine of [asker, ...nodes]) engine.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** One thing that goes wrong. */
async function goWrong(random: SeededRandom): Promise<void> {
  const index = random.between(0, nodes.length - 1);
  switch (random.between(0, 4)) {
    case 0:
      return coordinator.cut();
    case 1: {
      const pids = pools[index]?.workerPids() ?? [];
      for (const pid of pids) process.kill(pid, 'SIGKILL');
      return undefined;
    }
    case 2: {
      await coordinator.stop();
      return coordinator.start();
    }
    case 3: {
      const [node, inference] = [nodes[index], pools[index]];
      if (node === undefined || inference === undefined) return undefined;
      const home = await node.die();
      nodes[index] = await new TestEngine({ coordinator, inference, home }).start();
      return undefined;
    }
    default: {
      const home = await asker.die();
      asker = await new TestEngine({ coordinator, inference: openPool(), models: [], home }).start();
      return undefined;
    }
  }
}

test('whatever goes wrong in whatever order, every task ends once and every credit is accounted for', async () => {
  const random = new SeededRandom(seedOfRun);
  const ids: string[] = [];
  for (let round = 0; round < 6; round += 1) {
    await asker.connected();
    ids.push(...(await Promise.all(Array.from({ length: 4 }, () => asker.submit({ maxTokens: 200 })))));
    await new Promise((resolve) => setTimeout(resolve, random.between(0, 400)));
    await goWrong(random);
  }
  const details = await Promise.all(ids.map((taskId) => asker.finished(taskId)));
  const states = new Set(details.map((detail) => detail.status));
  expect([...states].every((status) => status === 'completed' || status === 'failed')).toBe(true);
  expect(details.filter((detail) => detail.status === 'completed').length).toBeGreaterThan(ids.length / 2);

  const everybody = [asker, ...nodes];
  const money = (engine: TestEngine) => engine.engine.slice('money');
  await until(
    () => everybody.every((engine) => engine.engine.slice('swarm').connection.undelivered === 0),
    'delivered',
  );
  // What was told while somebody was away is read again with the next session.
  coordinator.cut();
  await until(() => everybody.every((engine) => money(engine).agreement?.agrees === true), 'the books agree');
  const micro = (credits: string | undefined): number => Math.round(Number(credits) * 1e6);
  const earned = nodes.reduce((sum, node) => sum + micro(money(node).balances?.earned), 0);
  const fees = details.reduce((sum, detail) => sum + micro(detail.fee), 0);
  expect(micro(money(asker).balances?.spent)).toBe(earned + fees);
  expect(micro(money(asker).balances?.escrow)).toBe(0);
});
