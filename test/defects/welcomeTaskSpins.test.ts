import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Catalogue } from '#shared/domain/models/catalogue.ts';
import { capabilities, ScriptedNode, scriptedModel } from '#test/integration/coordinator/ScriptedNode.ts';
import { secretOf, startSwarm, until } from '#test/integration/coordinator/startSwarm.ts';

// The welcome task is priced for one model of a newcomer, yet was offered for its largest one. That could not be assigned
// and was offered again at once: thousands of times a second.
test('a newcomer with models of two sizes gets its welcome task by one offer', async () => {
  const { version, models } = Catalogue.parse(JSON.parse(readFileSync('resources/catalogue.json', 'utf8')));
  const [first] = models;
  if (first === undefined) throw new Error('The catalogue is empty');
  const large = { ...first, digest: 'ee'.repeat(32), id: 'large', sizeClass: 'small' as const, eogIds: [2] };
  const swarm = await startSwarm({ catalogue: { version, models: [...models, large] } });
  const node = new ScriptedNode(swarm.url);
  await node.enrol(secretOf(swarm));
  await node.connect({
    capabilities: capabilities({
      models: [
        { ...scriptedModel, tokensPerSecond: null },
        { ...scriptedModel, digest: large.digest, name: 'large', tokensPerSecond: 30 },
      ],
    }),
  });
  const answer = await until(() => node.answers[0]);
  expect(answer.assign.modelDigest).toBe(scriptedModel.digest);
  expect(node.offers).toHaveLength(1);
  node.close();
});
