import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openPool } from '#test/helpers/inferencePool.ts';
import { TestCoordinator } from '#test/helpers/TestCoordinator.ts';
import { TestEngine } from '#test/helpers/TestEngine.ts';
import { until } from '#test/helpers/until.ts';

const computer = { processor: 'Test processor', cores: 4, memoryBytes: 16e9, graphicsBytes: null, memoryGBs: null };

test('the swarm is told what a node runs on when it enrols, and again after every change', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'open-swarm-computer-'));
  const coordinator = new TestCoordinator({ folder });
  await coordinator.start();
  let memoryGBs: number | null = null;
  const node = new TestEngine({
    coordinator,
    inference: openPool(),
    models: [],
    computer: () => ({ ...computer, memoryGBs }),
  });
  onTestFinished(async () => {
    await node.stop();
    await coordinator.stop();
    node.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  await node.start();
  const { nodeId } = node.engine.slice('identity');
  await until(() => coordinator.nodeOf(nodeId) !== undefined, 'connected');
  expect(coordinator.nodeOf(nodeId)?.computer).toEqual(computer);
  const record = await coordinator.storage.queries.node(nodeId);
  expect(record?.hardwareFingerprint).toMatch(/^[0-9a-f]{64}$/);
  memoryGBs = 41.5;
  await node.engine.handlers['settings.set']({ 'node.name': 'measured' });
  await until(() => coordinator.nodeOf(nodeId)?.computer?.memoryGBs === 41.5, 'told again');
});
