import type { SessionReady } from '#shared/protocol/session.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { ConnectedNode } from '#coordinator/swarm/nodes/ConnectedNode.ts';
import type { NodeRegistry } from '#coordinator/swarm/nodes/NodeRegistry.ts';
import { stepSoon } from './LiveTask.ts';
import type { OpenTasks } from './OpenTasks.ts';
import type { Endings } from './Endings.ts';
import type { Leases } from './Leases.ts';

interface ResumeNeeds {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly open: OpenTasks;
  readonly leases: Leases;
  readonly endings: Endings;
  readonly nodes: NodeRegistry;
}

/**
 * A node is back: what it still works on goes on, what it does not know any more goes elsewhere at once. Says of each
 * assignment in `holding` whether to go on, and how much of it is stored.
 */
export function resumeRuns(
  needs: ResumeNeeds,
  node: ConnectedNode,
  holding: readonly string[],
): SessionReady['holding'] {
  const held = new Set(holding);
  for (const { task, run } of needs.open.runsOf(node.nodeId)) {
    const { assignmentId, modelDigest } = run.assignment;
    if (!held.has(assignmentId)) {
      stepSoon(task, needs, async () => {
        if (task.run !== run) return;
        await needs.endings.leaveRun(task, {
          event: 'lose',
          finish: null,
          reason: 'The node came back without it.',
          failure: true,
          weight: 1,
        });
      });
      continue;
    }
    const model = node.models.find(({ digest }) => digest === modelDigest);
    if (model !== undefined) run.shape = model.shape;
    needs.nodes.reserve(node.nodeId, modelDigest, assignmentId);
  }
  return holding.map((assignmentId) => {
    const keep = needs.leases.renew(node.nodeId, assignmentId);
    return { assignmentId, keep, stored: needs.open.run(assignmentId)?.run.stored ?? 0 };
  });
}
