import { expect, test } from 'vitest';
import { capabilities } from '#test/integration/coordinator/ScriptedNode.ts';
import { joinNode, startSwarm, temporaryFolder, until } from '#test/integration/coordinator/startSwarm.ts';

// A private swarm runs models that are in no catalogue. After a restart nobody knew their end tokens, and a node that
// came back before its model was loaded again had its honest end refused.
test('an answer that ends by itself is accepted after a restart, though nobody offers its model', async () => {
  const data = temporaryFolder();
  const first = await startSwarm({ data });
  const node = await joinNode(first);
  const requester = await joinNode(first, { capabilities: withoutModels() });
  await requester.submit();
  const answer = await until(() => node.answers.find(({ assign }) => assign.privacy !== 'public'));
  await answer.send(answer.chunk([10, 11]));
  const port = Number(new URL(first.url).port);
  await first.stop();
  node.close();
  requester.close();

  await startSwarm({ data, port });
  await node.connect({ capabilities: withoutModels(), holding: [answer.assign.assignmentId] });
  expect(await answer.send(answer.chunk([12, 2]))).toMatchObject({ payload: { stored: 4 } });
  expect(await answer.finish('eog')).toMatchObject({ payload: { state: 'accepted' } });
});

function withoutModels() {
  return { ...capabilities(), models: [] };
}
