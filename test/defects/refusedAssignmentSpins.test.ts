import { expect, test } from 'vitest';
import { Dispatcher } from '#coordinator/swarm/matching/Dispatcher.ts';
import type { ConnectedNode } from '#coordinator/swarm/nodes/ConnectedNode.ts';
import { NodeRegistry } from '#coordinator/swarm/nodes/NodeRegistry.ts';
import { servableModels } from '#coordinator/swarm/nodes/servable.ts';
import { createLiveTask } from '#coordinator/swarm/tasks/OpenTasks.ts';
import { WaitingTasks } from '#coordinator/swarm/matching/WaitingTasks.ts';
import { openDriver } from '#test/helpers/storageDriver.ts';
import { createSigningKey, keyId } from '#node/keys.ts';
import { systemClock, systemRandom } from '#node/systemClock.ts';
import { newReputation, reputationOf } from '#shared/domain/swarm/reputation.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';
import { enrolment, newMember, newTask } from '#test/helpers/storeCommands.ts';
import { scriptedModel } from '#test/integration/coordinator/ScriptedNode.ts';

// Whatever the store refuses to assign (a node that was shut out meanwhile, say) was offered to the same node at once, again
// and again.
test('a node that a task cannot be given to is not offered it again at once', async () => {
  const clock = new ManualClock();
  const asker = newMember();
  const key = createSigningKey();
  const store = openDriver({
    folder: ':memory:',
    clock: systemClock,
    swarmId: keyId('swm', key.publicKey),
    signingKey: key,
    private: true,
    incentives: 0n,
  });
  await store.enrolNode(enrolment(asker));
  const { submission, ...terms } = newTask(asker, 1);
  const outcome = await store.submitTask({ submission, ...terms }, 0);
  if (outcome.kind !== 'accepted') throw new Error(outcome.kind);
  const nodes = new NodeRegistry();
  nodes.add(acceptingNode());
  let tries = 0;
  const dispatcher = new Dispatcher({
    clock,
    random: systemRandom,
    logger: silentLogger,
    private: true,
    nodes,
    waiting: new WaitingTasks(),
    newId: () => `assignment ${tries}`,
    assign: async () => {
      tries += 1;
      await new Promise(setImmediate);
      // So that the test ends.
      return tries >= 100;
    },
    onWaits: () => undefined,
    onOffer: () => undefined,
  });
  dispatcher.enqueue(createLiveTask(outcome.task, submission, { now: 0, deadline: 1e9 }));
  for (let step = 0; step < 200; step += 1) await clock.advance(10);
  expect(tries).toBeLessThan(5);
  await clock.advance(60_000);
  expect(tries).toBeGreaterThan(1);
  await store.close();
});

/** A node that accepts every offer. */
function acceptingNode(): ConnectedNode {
  const reply = { ok: true, payload: { answer: 'accept', estimateMs: 1 } } as const;
  const identity = { nodeId: 'node_a', accountId: 'acc_a' };
  return {
    ...identity,
    name: '',
    pseudonym: '',
    session: {
      ...identity,
      remoteAddress: '',
      request: () => Promise.resolve(reply) as never,
      notify: () => {},
      close: () => {},
      isClosed: () => false,
    },
    connectedAt: 0,
    status: 'online',
    models: servableModels([scriptedModel], new Map()),
    minimumPrice: 0n,
    region: null,
    computer: null,
    reputation: reputationOf(newReputation(0), 0),
    onTimeShare: null,
    blockedUntil: 0,
    changedAt: 0,
    lastSeen: 0,
  };
}
