import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCredits } from '#shared/domain/money/credits.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { callEngine } from '#test/helpers/callEngine.ts';
import { openSwarm, until } from '#test/helpers/openSwarmCommand.ts';
import { makeSyntheticModel } from '#test/helpers/syntheticModel.ts';
import { booksOf } from './scriptLines.ts';
import { TwoEngines } from './TwoEngines.ts';

describe('a model that no catalogue knows, in a public swarm', () => {
  const two = new TwoEngines('admitted');
  let model: InstalledModel;
  let taskId = '';

  /** What the node that has the model says of it. */
  const admitted = async () => {
    const { models } = await callEngine(two.home('works'), 'snapshot', {});
    return models.find(({ digest }) => digest === model.digest)?.admitted;
  };
  const task = () => callEngine(two.home('asks'), 'task.get', { taskId });
  const operator = (...args: string[]) => openSwarm(['coordinator', 'models', ...args, '--data', two.data, '--json']);

  beforeAll(async () => {
    await two.start('--grant', '100');
    model = await makeSyntheticModel(two.folder, 'tiny', ['<|endoftext|>']);
  });
  afterAll(() => two.stop());

  it('serves nobody else, and the requester is told why the task waits', async () => {
    await two.welcomed();
    await two.ask('works')('models', 'add', model.path);
    await until('the model is in memory', async () => {
      const { models } = await callEngine(two.home('works'), 'snapshot', {});
      return models.some(({ digest, state }) => digest === model.digest && state === 'ready');
    });
    expect(await admitted()).toBe(false);
    const args = ['--type', 'chat', '--prompt', 'Hello', '--max-tokens', '24', '--deadline', '10m', '--detach'];
    const [submitted] = await two.ask('asks')('submit', ...args);
    taskId = String(submitted?.['taskId']);
    await until('the task is told why it waits', async () => (await task()).reason !== null);
    expect(await task()).toMatchObject({
      status: 'queued',
      reason: 'Only models of the catalogue may serve others here, and no connected node has one that fits.',
    });
  });

  it('earns after the operator has admitted it, and what was asked of it is checked by its own shape', async () => {
    const before = { asks: await booksOf(two.ask('asks')), works: await booksOf(two.ask('works')) };
    await two.restartCoordinator(async () => {
      const added = await operator('add', model.path, '--types', 'chat', '--name', 'Noise');
      expect(added).toMatchObject({ code: 0, lines: [{ event: 'added', digest: model.digest, types: ['chat'] }] });
    });
    await until('the task is completed', async () => (await task()).status === 'completed');
    expect(await admitted()).toBe(true);
    const done = await task();
    expect(done).toMatchObject({ modelDigest: model.digest, modelName: 'Noise' });
    await until('both know what was paid and earned', async () => {
      const spent = (await booksOf(two.ask('asks'))).spent - before.asks.spent;
      const earned = (await booksOf(two.ask('works'))).earned - before.works.earned;
      return earned > 0n && spent === earned + parseCredits((await task()).fee);
    });
    expect(await two.verify()).toMatchObject({ ok: true, sum: '0' });
  });

  it('is in the public list of the swarm, and in no one’s after it was removed', async () => {
    const listed = async () => {
      const answer = await fetch(`${two.address}/v1/models`);
      const { models } = (await answer.json()) as { models: { digest: string }[] };
      return models.map(({ digest }) => digest);
    };
    expect(await listed()).toContain(model.digest);
    const removed = await operator('remove', path.basename(model.path, '.gguf'));
    expect(removed.lines).toMatchObject([{ event: 'removed', digest: model.digest }]);
    await two.restartCoordinator(async () => {});
    expect(await listed()).not.toContain(model.digest);
  });
});
