import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { InferencePool } from '#engine/inference/pool/InferencePool.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { FaultInjectingLauncher } from '#test/helpers/FaultInjectingLauncher.ts';
import { openPool } from '#test/helpers/inferencePool.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';
import { starterModel } from '#test/helpers/starterModel.ts';
import { makeSyntheticModel } from '#test/helpers/syntheticModel.ts';
import { TestCoordinator } from '#test/helpers/TestCoordinator.ts';
import { TestEngine } from '#test/helpers/TestEngine.ts';
import { until } from '#test/helpers/until.ts';

// Workers start slowly on a busy machine; nothing here waits longer than it must.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let folder: string;
let coordinator: TestCoordinator;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'open-swarm-in-turn-'));
  coordinator = new TestCoordinator({ folder });
  await coordinator.start();
});

afterAll(async () => {
  await coordinator.stop();
  rmSync(folder, { recursive: true, force: true });
});

function statesOf(node: TestEngine): string[] {
  return node.engine.slice('models').map(({ state }) => state);
}

function offeredBy(node: TestEngine): number {
  return coordinator.nodeOf(node.engine.slice('identity').nodeId)?.models.length ?? 0;
}

async function close(node: TestEngine, pool: InferencePool): Promise<void> {
  await node.stop();
  await pool.dispose();
  node.remove();
}

describe('two models of which memory holds one', () => {
  let other: InstalledModel;
  beforeAll(async () => {
    other = await makeSyntheticModel(folder, 'tiny');
  });

  test('serve both, each when a task asks for it', async () => {
    const pool = openPool({ memoryBytes: 300 << 20 });
    const node = await new TestEngine({ coordinator, inference: pool, models: [starterModel, other] }).start();
    await node.serving();
    await until(() => offeredBy(node) === 2, 'both are offered');
    expect(statesOf(node).toSorted()).toEqual(['idle', 'ready']);
    for (const type of ['code_completion', 'chat', 'code_completion', 'chat'] as const) {
      const { status, modelName, reason } = await node.finished(await node.submit({ type, maxTokens: 8 }));
      expect({ status, modelName, reason }).toEqual({
        status: 'completed',
        modelName: type === 'chat' ? other.name : starterModel.name,
        reason: null,
      });
      expect(pool.workerPids().length).toBe(1);
    }
    await close(node, pool);
  });
});

describe('a pause', () => {
  test('takes models out of memory after ten minutes, and its end brings them back', async () => {
    const clock = new ManualClock();
    const launcher = new FaultInjectingLauncher();
    const pool = openPool({ clock, launcher });
    const node = await new TestEngine({ coordinator, inference: pool }).start();
    await node.serving();
    await node.engine.handlers['contribution.pause']({ forMs: null });
    await clock.advance(599_000);
    expect(statesOf(node)).toEqual(['ready']);
    await clock.advance(1000);
    expect(statesOf(node)).toEqual(['idle']);
    expect(launcher.launches.map(({ alive }) => alive)).toEqual([false]);
    await node.engine.handlers['contribution.resume']({});
    await node.serving();
    await clock.advance(3_600_000);
    expect(statesOf(node)).toEqual(['ready']);
    expect(launcher.launches).toHaveLength(2);
    await close(node, pool);
  });

  test('that was there at the start loads nothing before it ends; a new limit counts at once', async () => {
    const clock = new ManualClock();
    const launcher = new FaultInjectingLauncher();
    const pool = openPool({ clock, launcher });
    const node = new TestEngine({ coordinator, inference: pool });
    await node.engine.handlers['settings.set']({ 'contribution.on': false });
    await node.start();
    expect(launcher.launches).toHaveLength(0);
    expect(statesOf(node)).toEqual(['idle']);
    await node.engine.handlers['settings.set']({ 'contribution.memoryLimit': 1e8 });
    expect(node.engine.slice('models')[0]?.problem).toContain('models may use only 100 MB');
    await node.engine.handlers['settings.set']({ 'contribution.on': true });
    await until(() => node.engine.slice('contribution').state === 'failed', 'it says that nothing can run');
    expect(node.engine.slice('contribution').reason.text).toContain('models may use only 100 MB');
    await node.engine.handlers['settings.set']({ 'contribution.memoryLimit': null });
    await node.serving();
    await close(node, pool);
  });
});
