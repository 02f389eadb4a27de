import type { ConnectedNode } from '#coordinator/swarm/nodes/ConnectedNode.ts';
import { servableModels } from '#coordinator/swarm/nodes/servable.ts';
import { newReputation, reputationOf } from '#shared/domain/swarm/reputation.ts';
import { scriptedModel } from '#test/integration/coordinator/ScriptedNode.ts';

/** An online newcomer with the scripted model, unless the test says otherwise. */
export function connectedNode(nodeId: string, change: Partial<ConnectedNode> = {}): ConnectedNode {
  return {
    nodeId,
    accountId: 'acc_a',
    name: nodeId,
    pseudonym: nodeId,
    nodeKey: '',
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
    ...change,
  };
}
