import type { SessionReady } from '#shared/protocol/session.ts';
import { loss } from '#coordinator/judging/runEnd.ts';
import type { ConnectedNode } from '#coordinator/swarm/nodes/ConnectedNode.ts';
import type { NodeRegistry } from '#coordinator/swarm/nodes/NodeRegistry.ts';
import type { Leases } from '#coordinator/swarm/tasks/Leases.ts';
import type { RunEndings } from './RunEndings.ts';
import type { TaskLife } from '#coordinator/swarm/tasks/life/TaskLife.ts';

interface ResumeNeeds {
  readonly life: TaskLife;
  readonly leases: Leases;
  readonly runs: Pick<RunEndings, 'end'>;
  readonly nodes: NodeRegistry;
}

/**
 * A node reconnected: the runs it still works on go on, the others go elsewhere at once. Says of each assignment in
 * `holding` whether to go on, and how much of it is stored.
 */
export function resumeRuns(
  needs: ResumeNeeds,
  node: ConnectedNode,
  holding: readonly string[],
): SessionReady['holding'] {
  const { life, leases, nodes, runs } = needs;
  const held = new Set(holding);
  for (const { task, run } of life.runsOf(node.nodeId)) {
    const { assignmentId, modelDigest } = run.assignment;
    if (held.has(assignmentId)) {
      const model = node.models.find(({ digest }) => digest === modelDigest);
      life.sendRun(assignmentId, { type: 'node_returned', shape: model?.shape ?? null });
      nodes.reserve(node.nodeId, modelDigest, assignmentId);
      continue;
    }
    const { taskId } = task.record;
    life.inTurnSoon(taskId, async () => {
      if (life.run(assignmentId) !== undefined) await runs.end(taskId, loss('The node came back without it.'));
    });
  }
  return holding.map((assignmentId) => {
    const keep = leases.renew(node.nodeId, assignmentId);
    return { assignmentId, keep, stored: life.run(assignmentId)?.run.stored ?? 0 };
  });
}
