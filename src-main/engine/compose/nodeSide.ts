import type { Capabilities, SessionReady } from '#shared/protocol/session.ts';
import type { Reason } from '#engine/contribution/policy/Decision.ts';
import { capabilitiesOf } from '#engine/contribution/policy/capabilitiesOf.ts';
import type { CoordinatorClient, NodeSide } from '#engine/swarmLink/client/CoordinatorClient.ts';
import type { IncomingHandlers } from '#engine/swarmLink/client/receive.ts';
import type { TaskPipeline } from '#engine/work/taskPipeline.ts';
import type { EngineRooms } from '#engine/api/snapshot/EngineRooms.ts';
import type { RequestRooms } from './composeRequests.ts';
import type { WorkRooms } from './composeWork.ts';
import type { EnginePorts } from './EnginePorts.ts';

interface NodeNeeds
  extends
    WorkRooms,
    RequestRooms,
    Pick<EngineRooms, 'announcer' | 'identity' | 'membership' | 'models' | 'phase' | 'settings'> {
  readonly client: CoordinatorClient;
  readonly pipeline: TaskPipeline;
  readonly pause: () => Reason | null;
}

/** This node as its coordinator knows it. */
export function nodeSideOf(ports: EnginePorts, needs: NodeNeeds): NodeSide {
  const { membership, holding, submissions } = needs;
  return {
    handlers: handlersOf(needs),
    capabilities: () => capabilities(ports, needs),
    cursors() {
      const current = membership.current();
      return current === null ? {} : ports.store.eventCursors.all(current.swarmId, needs.identity.current.nodeId);
    },
    holding,
    urgent: () => holding().length > 0 || submissions.open.length > 0,
    onReady: (ready) => {
      resumeSession(ports, needs, ready).catch((error: unknown) =>
        ports.logger.error('Could not resume the session.', { error: String(error) }),
      );
    },
    enrolAgain: () => membership.enrolAgain(),
  };
}

function handlersOf({ pipeline, executor, submissions, events }: NodeNeeds): IncomingHandlers {
  return {
    'task:offer': (offer) => pipeline.offer(offer),
    'task:assign': async (assign) => {
      await pipeline.assign(assign);
      return {};
    },
    'task:stop': ({ assignmentId, reason }) => {
      executor.stop(assignmentId, reason);
      return {};
    },
    'task:frame': (frame) => {
      submissions.takeFrame(frame);
      return {};
    },
    events: async (batch) => ({ cursor: await events.receive(batch) }),
  };
}

function capabilities(ports: EnginePorts, { settings, pause, phase, models, membership }: NodeNeeds): Capabilities {
  return capabilitiesOf({
    name: settings.all['node.name'],
    version: ports.version,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    schedule: settings.all['contribution.schedule'],
    computer: ports.computer(),
    pause: pause(),
    draining: phase.draining,
    privateSwarm: membership.current()?.private ?? false,
    models: models.installed(),
    capacity: ports.inference.capacity(),
    contextOf: (digest) => models.contextOf(digest),
  });
}

/** Resumes interrupted work at the start of a session, on both sides. */
async function resumeSession({ store }: EnginePorts, needs: NodeNeeds, ready: SessionReady): Promise<void> {
  const { leases, sender, executor, outbox, submissions, ledgerReader, reconciler, announcer, client } = needs;
  const swarm = needs.membership.current();
  if (swarm === null) return;
  leases.setInterval(ready.limits.renewMs);
  for (const { assignmentId, keep, stored } of ready.holding) {
    if (keep) sender.resume(assignmentId, stored);
    else executor.stop(assignmentId, 'superseded');
  }
  leases.wake();
  await store.write(() => store.swarms.describe(swarm.swarmId, ready.swarmName, ready.private));
  announcer.changed('swarm', 'contribution', 'models');
  client.publish();
  await Promise.all([outbox.deliver(), submissions.resume(), ledgerReader.read()]);
  reconciler.touch(null);
}
