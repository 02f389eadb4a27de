import type { LiveTask } from '#coordinator/swarm/tasks/LiveTask.ts';
import type { TaskFacts } from './eligibility.ts';

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
