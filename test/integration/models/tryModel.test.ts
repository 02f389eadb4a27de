import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { InferencePool } from '#engine/inference/pool/InferencePool.ts';
import { openPool } from '#test/helpers/inferencePool.ts';
import { starterModel } from '#test/helpers/starterModel.ts';
import { TestCoordinator } from '#test/helpers/TestCoordinator.ts';
import { TestEngine } from '#test/helpers/TestEngine.ts';
import { until } from '#test/helpers/until.ts';

let folder = '';
let pool: InferencePool;
let node: TestEngine;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'open-swarm-try-'));
  pool = openPool();
  // The coordinator is never started: trying a model needs no swarm.
  node = new TestEngine({ coordinator: new TestCoordinator({ folder }), inference: pool });
});
afterEach(async () => {
  await node.stop();
  await pool.dispose();
  node.remove();
  rmSync(folder, { recursive: true, force: true });
});

const { digest } = starterModel;
const ended = () => node.events.find((event) => event.name === 'try:ended');

test('a model answers on this machine alone, and stops when told', async () => {
  await node.engine.start();
  const start = node.engine.handlers['try.start'];
  const prompt = { kind: 'text' as const, text: 'for (let i = 0; i < items.length' };
  const { tryId } = await start({ digest, prompt, maxTokens: 24, temperature: 0 });
  await until(() => ended() !== undefined, 'the answer ended');
  expect(ended()?.payload).toMatchObject({ tryId, finish: 'length', tokens: 24, problem: null });
  const text = node.events.flatMap((event) => (event.name === 'try:frame' ? [event.payload.text] : [])).join('');
  expect(text).toMatch(/^; i\+\+\)/);
  node.events.length = 0;
  const second = await start({ digest, prompt, maxTokens: 300, temperature: 0.7 });
  await node.engine.handlers['try.stop']({ tryId: second.tryId });
  await until(() => ended() !== undefined, 'the answer stopped');
  expect(ended()?.payload).toMatchObject({ finish: 'cancelled' });
  expect(node.engine.slice('tasks')).toEqual([]);
  const messages = [{ role: 'user' as const, content: 'hello' }];
  await expect(
    start({ digest, prompt: { kind: 'messages', messages }, maxTokens: 8, temperature: 0 }),
  ).rejects.toMatchObject({ code: 'invalid_message' });
});
