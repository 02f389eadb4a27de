import type { Obstacle } from '#coordinator/swarm/matching/eligibility.ts';
import type { Ticket } from '#coordinator/swarm/matching/Ticket.ts';
import { type LiveTask, workRun } from './LiveTask.ts';

/** The ticket of a task that needs a node to begin or continue its answer. Pure. */
export function workTicket(task: LiveTask, swarm: { readonly private: boolean }): Ticket {
  const { record } = task;
  return {
    id: record.taskId,
    taskId: record.taskId,
    kind: 'work',
    facts: {
      accountId: record.accountId,
      onlyNodeId: record.onlyNodeId,
      type: record.type,
      language: record.language,
      privacy: record.privacy,
      audience: record.audience,
      digest: task.fixedDigest ?? record.model,
      neededContext: task.neededContext,
      largestSize: record.largestSize,
      highestLevel: record.highestLevel,
      quality: record.tariffQuality,
      demandPerMille: record.demandPerMille,
    },
    terms: {
      promptBytes: record.promptBytes,
      maxTokens: record.maxTokens,
      paid: record.hold > 0n,
      deadline: task.deadline,
    },
    priority: record.priority,
    acceptedAt: task.acceptedAt,
    exclude: excluded(task, swarm),
    avoid: task.failedBy,
    coolDown: task.coolDown,
  };
}

function excluded(task: LiveTask, swarm: { readonly private: boolean }): ReadonlyMap<string, Obstacle> {
  const exclude = new Map<string, Obstacle>();
  if (!swarm.private) for (const nodeId of task.refusedBy) exclude.set(nodeId, 'unreliable');
  // The node of a lapsed run comes back by renewing its lease, not by a new offer.
  const run = workRun(task);
  if (run !== null) exclude.set(run.assignment.nodeId, 'offline');
  return exclude;
}
