import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { InferencePool } from '#engine/inference/pool/InferencePool.ts';
import { openPool } from '#test/helpers/inferencePool.ts';
import { TestCoordinator } from '#test/helpers/TestCoordinator.ts';
import { TestEngine } from '#test/helpers/TestEngine.ts';
import { until } from '#test/helpers/until.ts';

// Workers start slowly on a busy machine; nothing here waits longer than it must.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let folder: string;
let coordinator: TestCoordinator;
let pool: InferencePool;
let node: TestEngine;
let asker: TestEngine;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'open-swarm-two-'));
  coordinator = new TestCoordinator({ folder });
  await coordinator.start();
  pool = openPool();
  node = await new TestEngine({ coordinator, inference: pool }).start();
  asker = await new TestEngine({ coordinator, inference: openPool(), models: [] }).start();
  await node.serving();
});

afterEach(async () => {
  await asker.stop();
  await node.stop();
  await pool.dispose();
  await coordinator.stop();
  for (const engine of [asker, node]) engine.remove();
  rmSync(folder, { recursive: true, force: true });
});

describe('two engines in one swarm', () => {
  test('one submits, the other works and earns exactly what was paid minus the fee', async () => {
    const taskId = await asker.submit();
    const detail = await asker.finished(taskId);
    expect(detail.reason).toBeNull();
    expect(detail.status).toBe('completed');
    expect(detail.output?.length).toBeGreaterThan(0);
    expect(asker.events.some((event) => event.name === 'task:frame')).toBe(true);
    await until(() => Number(node.engine.slice('money').balances?.earned ?? 0) > 0, 'earned');
    const paid = asker.engine.slice('money').balances;
    const earned = node.engine.slice('money').balances;
    expect(Number(paid?.spent)).toBeCloseTo(Number(earned?.earned) + Number(detail.fee), 6);
    await until(() => node.engine.slice('money').agreement !== null, 'compared');
    expect(node.engine.slice('money').agreement).toEqual({ agrees: true, difference: '0' });
    expect(detail.receiptsValid).toBe(true);
    // The requester wants nothing kept: neither here nor there, but what it cost.
    await asker.engine.handlers['task.forget']({ taskId });
    const forgotten = await asker.engine.handlers['task.get']({ taskId });
    expect(forgotten).toMatchObject({ submission: null, output: null, preview: '', credits: detail.credits });
    const { queries } = coordinator.storage;
    expect(await queries.task(taskId)).toMatchObject({ submission: null });
    expect(await queries.answer(taskId)).toMatchObject({ text: '' });
  });
});
