import type { LiveTask } from '#coordinator/queue/LiveTask.ts';
import type { Candidate } from '#coordinator/nodes/ConnectedNode.ts';
import type { NodeFacts, TaskFacts } from './eligibility.ts';

/** What the matcher must know of a live task. */
export function factsOfTask({ record, fixedDigest, neededContext }: LiveTask): TaskFacts {
  return {
    accountId: record.accountId,
    onlyNodeId: record.onlyNodeId,
    type: record.type,
    language: record.language,
    privacy: record.privacy,
    audience: record.audience,
    digest: fixedDigest ?? record.model,
    neededContext,
    largestSize: record.largestSize,
    highestLevel: record.highestLevel,
    quality: record.tariffQuality,
    demandPerMille: record.demandPerMille,
  };
}

/** What the matcher must know of a connected node. */
export function factsOfNode({ node }: Pick<Candidate, 'node'>): NodeFacts {
  return {
    nodeId: node.nodeId,
    accountId: node.accountId,
    status: node.status,
    level: node.reputation.level,
    minimumPrice: node.minimumPrice,
    blockedUntil: node.blockedUntil,
  };
}
